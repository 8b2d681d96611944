/** Version of agent, control server and dashboard: they are released together. */
export const VERSION = '0.1.0';
