import { randomUUID } from 'node:crypto';
import type { SourceAnswer, SourceRequest, SourceWanted } from '../../src/protocol/source.ts';

/** One running instance. */
export interface InstanceRef {
  readonly environment: string;
  readonly serviceName: string;
  readonly instanceId: string;
}

/** Who sends an answer, as far as its key and its headers say. */
export interface Answerer {
  readonly environment: string;
  /** Null: its key is for any service. */
  readonly serviceName: string | null;
  readonly instanceId: string;
}

/** Brings questions to agents, and their answers back: each answer is bound to its question, and counts once. */
export interface SourceExchange {
  /** What the instance says; null when nothing came in time. */
  ask(instance: InstanceRef, wanted: SourceWanted): Promise<SourceAnswer | null>;
  /** The service whose code an answer of this instance is waited for; null when nobody waits for one. */
  awaitedService(from: Answerer, requestId: string): Promise<string | null>;
  /** Hands an answer over; false when nobody waits for it any more. */
  answer(from: Answerer, requestId: string, answer: SourceAnswer): Promise<boolean>;
  stop(): Promise<void>;
}

/** Hands a question to the stream of an instance; false when that is not here. */
export type SendQuestion = (instance: InstanceRef, request: SourceRequest) => boolean;

/** An agent may have to wait a moment before it looks, and reads its source maps then. */
export const ANSWER_MS = 4_500;

interface Pending {
  readonly instance: InstanceRef;
  settle(answer: SourceAnswer | null): void;
}

/** The exchange of a node that is alone: questions are kept in memory. */
export function createLocalExchange(send: SendQuestion, answerMs: number = ANSWER_MS): SourceExchange {
  const pending = new Map<string, Pending>();

  function find(from: Answerer, requestId: string): Pending | undefined {
    const asked = pending.get(requestId);
    return asked !== undefined && isFrom(asked.instance, from) ? asked : undefined;
  }

  return {
    ask(instance, wanted) {
      const requestId = randomUUID();
      return new Promise((resolve) => {
        const timer = setTimeout(settle, answerMs, null).unref();
        function settle(answer: SourceAnswer | null): void {
          clearTimeout(timer);
          pending.delete(requestId);
          resolve(answer);
        }
        pending.set(requestId, { instance, settle });
        if (!send(instance, { requestId, wanted })) settle(null);
      });
    },
    awaitedService: (from, requestId) => Promise.resolve(find(from, requestId)?.instance.serviceName ?? null),
    answer(from, requestId, answer) {
      const asked = find(from, requestId);
      asked?.settle(answer);
      return Promise.resolve(asked !== undefined);
    },
    stop() {
      for (const { settle } of pending.values()) settle(null);
      return Promise.resolve();
    },
  };
}

function isFrom(instance: InstanceRef, from: Answerer): boolean {
  return (
    instance.environment === from.environment &&
    instance.instanceId === from.instanceId &&
    (from.serviceName === null || from.serviceName === instance.serviceName)
  );
}
