import { expect, onTestFinished, test } from 'vitest';
import { createPostgresStore } from '../../../control-server/store/postgres-store.ts';
import { aSnapshot } from '../../helpers/a-snapshot.ts';
import { createPostgresDatabase } from '../../helpers/postgres-database.ts';
import { CHECKOUT, NOW } from './opened-store.ts';

/** Does not compress, and has three bytes a character: as long as a name can get on disk. */
function longName(length: number, seed: number): string {
  let state = seed;
  return Array.from({ length }, () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return String.fromCodePoint(0x4e00 + (state % 20_000));
  }).join('');
}

test('names of any length that a client may send fit, and are told apart', async () => {
  const store = await createPostgresStore({ url: await createPostgresDatabase() });
  onTestFinished(() => store.close());
  const names = { serviceName: longName(200, 1), label: longName(256, 2) };
  const registration = {
    ...CHECKOUT,
    ...names,
    functionName: longName(512, 3),
    filePath: longName(4_096, 4),
  };
  expect((await store.registerLabel(longName(64, 5), registration, NOW)).created).toBe(true);
  expect((await store.registerLabel(longName(64, 5), registration, NOW)).created).toBe(false);
  const another = { ...registration, functionName: `${longName(511, 3)}x` };
  expect((await store.registerLabel(longName(64, 5), another, NOW)).created).toBe(true);
  const line = { environment: 'default', serviceName: 'shop', filePath: longName(4_096, 6), lineNumber: 1 };
  await store.createBreakpoint(line, NOW);
  await expect(store.createBreakpoint(line, NOW)).rejects.toMatchObject({ code: 'breakpoint_exists' });
  const snapshot = aSnapshot({
    ...names,
    filePath: longName(4_096, 4),
    functionName: longName(4_096, 3),
    instanceId: longName(200, 7),
    traceId: longName(200, 8),
    breakpointId: longName(200, 9),
  });
  expect(await store.storeSnapshots(longName(64, 5), [snapshot], NOW)).toMatchObject({
    outcomes: ['stored'],
  });
  await store.recordAudit({
    at: NOW,
    actor: longName(1_000, 10),
    actorKind: 'person',
    ip: null,
    requestId: null,
    action: 'session.refuse',
    target: longName(1_000, 11),
    before: null,
    after: null,
  });
  expect((await store.listAudit({ actor: longName(1_000, 10) })).items).toHaveLength(1);
  expect((await store.listAudit({ target: longName(1_000, 12) })).items).toEqual([]);
});
