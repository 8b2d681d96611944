import { randomUUID } from 'node:crypto';
import { encodeSourceAnswer, parseSourceAnswer } from '../../src/protocol/source.ts';
import type { SourceAnswer } from '../../src/protocol/source.ts';
import type { ClusterStore } from '../store/cluster-store.ts';
import { ANSWER_MS } from './source-exchange.ts';
import type { SendQuestion, SourceExchange } from './source-exchange.ts';

/** The exchange of one node among others. */
export interface SharedExchange extends SourceExchange {
  /** Another node asked or was answered. */
  look(): void;
}

/** A hint may be lost: while this node waits for an answer it looks by itself. */
const LOOK_MS = 500;
/** Questions that this node has handed on; they are open for some seconds. */
const MAX_REMEMBERED = 2_000;

/**
 * Questions go through the database: the stream of an instance is at one node, its answer may come to another, and who asked
 * waits at a third.
 */
export function createSharedExchange(
  cluster: Pick<
    ClusterStore,
    'askForSource' | 'openSourceQuestions' | 'answerSource' | 'awaitedSource' | 'takeSourceAnswers'
  >,
  send: SendQuestion,
  answerMs: number = ANSWER_MS,
): SharedExchange {
  const pending = new Map<string, (answer: SourceAnswer | null) => void>();
  const handedOn = new Set<string>();
  let looking: Promise<void> | null = null;
  let isWanted = false;
  let timer: NodeJS.Timeout | null = null;
  let isStopped = false;

  async function handOn(): Promise<void> {
    for (const { requestId, wanted, ...instance } of await cluster.openSourceQuestions(answerMs)) {
      if (handedOn.has(requestId) || !send(instance, { requestId, wanted })) continue;
      if (handedOn.size >= MAX_REMEMBERED) handedOn.clear();
      handedOn.add(requestId);
    }
  }

  async function takeAnswers(): Promise<void> {
    if (pending.size === 0) return;
    for (const { requestId, document } of await cluster.takeSourceAnswers([...pending.keys()])) {
      pending.get(requestId)?.(parseSourceAnswer(JSON.parse(document)));
    }
  }

  async function lookUntilCurrent(): Promise<void> {
    do {
      isWanted = false;
      await Promise.all([handOn(), takeAnswers()]);
    } while (isWanted);
  }

  function look(): void {
    if (isStopped) return;
    isWanted = true;
    // The next look finds what this one did not.
    looking ??= lookUntilCurrent()
      .catch(() => undefined)
      .finally(() => {
        looking = null;
      });
  }

  function lookAgain(): void {
    timer = null;
    if (pending.size === 0) return;
    look();
    timer = setTimeout(lookAgain, LOOK_MS).unref();
  }

  return {
    look,
    async ask(instance, wanted) {
      const requestId = randomUUID();
      const answered = new Promise<SourceAnswer | null>((resolve) => {
        const late = setTimeout(settle, answerMs, null).unref();
        function settle(answer: SourceAnswer | null): void {
          clearTimeout(late);
          pending.delete(requestId);
          resolve(answer);
        }
        pending.set(requestId, settle);
      });
      try {
        await cluster.askForSource({ ...instance, requestId, wanted });
      } catch (error) {
        pending.get(requestId)?.(null);
        throw error;
      }
      look();
      timer ??= setTimeout(lookAgain, LOOK_MS).unref();
      return answered;
    },
    awaitedService: (from, requestId) => cluster.awaitedSource(from, requestId, answerMs),
    answer: (from, requestId, answer) =>
      cluster.answerSource(from, requestId, JSON.stringify(encodeSourceAnswer(answer)), answerMs),
    async stop() {
      isStopped = true;
      if (timer !== null) clearTimeout(timer);
      for (const settle of pending.values()) settle(null);
      await looking;
    },
  };
}
