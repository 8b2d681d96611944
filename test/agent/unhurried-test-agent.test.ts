import { expect, onTestFinished, test, vi } from 'vitest';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { createTestAgent } from '../../src/testing.ts';

const MAILS = Array.from({ length: 40 }, (_, index) => `user${index}@example.com`);
const REDACTED = MAILS.map(() => '[REDACTED:email]');

/** What an agent shows of three lists on a machine that takes half a second from one look at the clock to the next. */
async function shownSlowly(options: { readonly maxCopyMs?: number }): Promise<Snapshot | undefined> {
  let nowMs = performance.now();
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => (nowMs += 500));
  const { agent, snapshots, settle } = createTestAgent({ maxPayloadBytes: 65_536, ...options });
  onTestFinished(async () => {
    clock.mockRestore();
    await agent.shutdown(0);
  });
  agent.captureSnapshot('users', { owners: MAILS, editors: MAILS, readers: MAILS });
  await settle();
  return snapshots[0];
}

test('an agent for tests copies and scrubs everything, however slow the machine is', async () => {
  const snapshot = await shownSlowly({});
  expect(snapshot?.variables).toEqual({ owners: REDACTED, editors: REDACTED, readers: REDACTED });
  expect(new Set(snapshot?.valueMarks.map(({ reason }) => reason))).toEqual(new Set(['redacted']));
});

test('it copies no longer than it is told to', async () => {
  const snapshot = await shownSlowly({ maxCopyMs: 20 });
  expect(snapshot?.valueMarks).toContainEqual(expect.objectContaining({ reason: 'timeBudget' }));
});
