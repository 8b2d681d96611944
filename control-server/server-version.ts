/** Version of the control server, as its package.json has it. */
export const SERVER_VERSION = '0.1.0';
