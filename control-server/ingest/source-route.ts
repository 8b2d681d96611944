import type { FastifyRequest } from 'fastify';
import { INSTANCE_HEADER, SOURCE_PATH } from '../../src/protocol/routes.ts';
import {
  isSourceId,
  MAX_SOURCE_ANSWER_BYTES,
  MAX_SOURCE_CHARACTERS,
  parseSourceAnswer,
} from '../../src/protocol/source.ts';
import type { SourceAnswer } from '../../src/protocol/source.ts';
import { scrubSource } from '../../src/scrub/scrub-source.ts';
import { SCRUB_VERSION } from '../../src/scrub/scrubber.ts';
import type { App } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import { readUuid } from './authorize.ts';
import type { Gate } from './authorize.ts';
import type { IngestDependencies } from './dependencies.ts';
import type { ReadMessage } from './message-reader.ts';

/** `POST /sdk/source/:requestId`: what an instance says to a question of Browse Code. Each question takes one answer. */
export function registerSourceRoute(
  scope: App,
  { sources, scrubber, readServiceSettings, trustAgents }: IngestDependencies,
  gate: Gate,
  readMessage: ReadMessage,
): void {
  async function scrub(answer: SourceAnswer, serviceName: string): Promise<SourceAnswer> {
    if (answer.kind !== 'file') return answer;
    if (answer.scrubbed !== null && ((await readServiceSettings(serviceName)).trustAgents ?? trustAgents)) {
      return answer;
    }
    const { text, types, cutLines } = await scrubSource(answer.source, scrubber.scrubLines, nextTurn);
    // A marker may be longer than what it stands for; another node would take such a text for no answer.
    if (text.length > MAX_SOURCE_CHARACTERS) return { kind: 'refused', code: 'file_too_large' };
    return {
      ...answer,
      source: text,
      redacted: [...new Set([...answer.redacted, ...types])],
      cutLines: Math.max(answer.cutLines, cutLines),
      scrubbed: { version: SCRUB_VERSION },
    };
  }

  scope.post(`${SOURCE_PATH}:requestId`, {
    onRequest: gate.demand('control:read'),
    handler: async (request, reply) => {
      const requestId = readRequestId(request);
      const { environment, serviceName } = gate.keyOf(request);
      const instanceId = readUuid(request.headers[INSTANCE_HEADER]);
      if (instanceId === null || requestId === null) throw notAwaited();
      const from = { environment, serviceName, instanceId };
      // Before the body is read: it has megabytes at worst.
      const asked = await sources.awaitedService(from, requestId);
      if (asked === null) throw notAwaited();
      const answer = parseSourceAnswer(await readMessage(request, MAX_SOURCE_ANSWER_BYTES));
      if (answer === null) {
        throw new ProblemError(400, 'bad_source_answer', 'The body is no answer to a question for source.');
      }
      if (!(await sources.answer(from, requestId, await scrub(answer, asked)))) throw notAwaited();
      return reply.code(202).send({ accepted: 1 });
    },
  });
}

function readRequestId({ params }: FastifyRequest): string | null {
  const id: unknown =
    typeof params === 'object' && params !== null && 'requestId' in params ? params.requestId : null;
  return typeof id === 'string' && isSourceId(id) ? id : null;
}

/** The same for a question of somebody else, one that was answered, and one that nobody waits for any more. */
function notAwaited(): ProblemError {
  return new ProblemError(404, 'not_awaited', 'Nobody waits for this answer from this instance (any more).');
}

/** Streams and captures of others have their turns too. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
