import type { FastifyRequest } from 'fastify';
import { ProblemError } from '../http/problem.ts';
import type { Gate } from './authorize.ts';
import { readMessage } from './body.ts';
import { createFairBudget } from './fair-budget.ts';

/**
 * Reads a JSON message of an agent. Rejects with 429 `too_busy` when all messages that are being read together, or those of
 * its key, would hold more than they may.
 */
export type ReadMessage = (request: FastifyRequest, maxBytes: number) => Promise<unknown>;

/** One reader for all routes: many connections, each with a message that never ends, must not fill the memory. */
export function createMessageReader(gate: Pick<Gate, 'keyOf'>, maxBytesInFlight: number): ReadMessage {
  const memory = createFairBudget(maxBytesInFlight);
  return async (request, maxBytes) => {
    const share = memory.open(gate.keyOf(request).id);
    try {
      return await readMessage(request, maxBytes, (bytes) => {
        if (!share.take(bytes)) throw tooBusy();
      });
    } finally {
      share.release();
    }
  };
}

function tooBusy(): ProblemError {
  return new ProblemError(429, 'too_busy', 'Too many messages are being read. Try again in a second.', {
    headers: { 'retry-after': '1', connection: 'close' },
  });
}
