import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import type { SourceAnswer } from '../../../src/protocol/source.ts';
import { startIngest } from './ingest-server.ts';

const FILE = { id: 'raw', path: '/app/raw.js' };

/** What the server takes for the answer of an instance that has scrubbed nothing. */
async function takenFor(source: string): Promise<SourceAnswer | undefined> {
  const taken: SourceAnswer[] = [];
  const server = await startIngest({
    sources: {
      awaitedService: () => Promise.resolve('shop'),
      answer(_from, _requestId, answer) {
        taken.push(answer);
        return Promise.resolve(true);
      },
    },
  });
  onTestFinished(() => server.close());
  const { status } = await server.call(`/sdk/source/${randomUUID()}`, {
    headers: { 'x-agent-instance': randomUUID() },
    body: { kind: 'file', file: FILE, source },
  });
  expect(status).toBe(202);
  return taken[0];
}

test('a text that scrubbing makes larger than what is shown is refused as such', async () => {
  const line = `${'a@b.co '.repeat(100)}\n`;
  expect(await takenFor(line.repeat(600))).toMatchObject({ kind: 'file', redacted: ['email'] });
  expect(await takenFor(line.repeat(1_200))).toEqual({ kind: 'refused', code: 'file_too_large' });
});
