import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createPersonalTokenSecret } from '../../../control-server/http/personal-token.ts';
import { createControlServer } from '../../../control-server/server.ts';
import { createSqliteStore } from '../../../control-server/store/sqlite-store.ts';
import { clockAhead } from '../clock-ahead.ts';
import { openStream } from '../live/stream-reader.ts';
import { MARA, TOKEN } from '../store/stored-people.ts';

const DAY_MS = 24 * 60 * 60_000;

test('a token rests, and what it opened ends, when its owner has not signed in at the provider for too long', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-resting-'));
  const { id, text, secretHash } = createPersonalTokenSecret();
  const nowMs = Date.now();
  const iso = (ms: number): string => new Date(ms).toISOString();
  const store = await createSqliteStore({ file: join(folder, 'stillframe.db') });
  // Rests a minute from now.
  await store.createUser({ ...MARA, lastSignInAt: iso(nowMs - 30 * DAY_MS + 60_000) });
  await store.createToken({
    ...TOKEN,
    id,
    secretHash,
    userId: MARA.id,
    createdAt: iso(nowMs),
    expiresAt: iso(nowMs + DAY_MS),
  });
  await store.close();
  const clock = clockAhead();
  const server = await createControlServer({ dataFolder: folder, port: 0, logLevel: 'silent' });
  onTestFinished(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const authorization = `Bearer ${text}`;
  const stream = await openStream(`${server.url}/api/events`, { authorization });
  expect(stream.status).toBe(200);
  clock.aheadMs = 60_000;
  await stream.ended;
  const refused = await fetch(`${server.url}/api/me`, { headers: { authorization } });
  expect([refused.status, await refused.json()]).toMatchObject([401, { code: 'sign_in_again' }]);
});
