import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * Runs work in the async context in which the agent was imported. Sockets, timers and what waits remember the context
 * that they began in: a host's request, also the one in which it called `init`, must not live on in ours.
 */
export const inOwnContext: <T>(work: () => T) => T = AsyncLocalStorage.snapshot();
