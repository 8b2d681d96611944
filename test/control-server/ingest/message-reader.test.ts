import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { startIngest } from './ingest-server.ts';

const HEADERS = { 'x-agent-instance': randomUUID() };

/** A message of exactly so many bytes. */
function padded(message: unknown, bytes: number): string {
  return JSON.stringify(message).padEnd(bytes, ' ');
}

test.each([
  ['/sdk/snapshots/active/shop', { events: [] }, 200],
  ['/sdk/snapshots/auto-register', { service_name: 'shop', label: 'checkout' }, 201],
  [`/sdk/source/${randomUUID()}`, { kind: 'refused', code: 'killed' }, 202],
])('the messages of one key hold at most half of what all of them may: %s', async (path, message, taken) => {
  const server = await startIngest({
    maxBytesInFlight: 1_000,
    sources: { awaitedService: () => Promise.resolve('shop'), answer: () => Promise.resolve(true) },
  });
  onTestFinished(() => server.close());
  const send = (bytes: number) => server.call(path, { headers: HEADERS, body: padded(message, bytes) });
  expect((await send(500)).status).toBe(taken);
  expect(await send(501)).toMatchObject({
    status: 429,
    headers: { 'retry-after': '1' },
    json: { code: 'too_busy' },
  });
  // What was read, or refused, holds nothing any more.
  expect((await send(500)).status).toBeLessThan(300);
});
