import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFakeControlServer } from '../helpers/fake-control-server.ts';
import type { FakeControlServer } from '../helpers/fake-control-server.ts';
import type { TightLoopOutcome } from './tight-loop-process.ts';

const PROGRAM = join(import.meta.dirname, 'tight-loop-process.ts');
const MEBIBYTE = 1024 * 1024;

let server: FakeControlServer;
beforeEach(async () => {
  server = await startFakeControlServer();
});
afterEach(() => server.close());

async function run(scenario: string): Promise<TightLoopOutcome> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--expose-gc',
    PROGRAM,
    scenario,
    server.url,
    server.apiKey,
  ]);
  return JSON.parse(stdout) as TightLoopOutcome;
}

/** The heap is in the end what it was, and each call took no more of it on the way than the object that it is given. */
function expectNothingTaken({ grownBytes, bytesPerCall, bytesPerObject }: TightLoopOutcome): void {
  expect(grownBytes).toBeLessThan(MEBIBYTE);
  expect(bytesPerObject).toBeGreaterThan(0);
  expect(bytesPerCall - bytesPerObject).toBeLessThan(1);
}

function lossesOf({ status }: TightLoopOutcome): Record<string, number> {
  return Object.fromEntries(Object.entries(status.dropped).filter(([, calls]) => calls > 0));
}

describe('ten million calls in a tight loop', () => {
  it('take nothing but their objects while the agent is off', async () => {
    const outcome = await run('off');
    expectNothingTaken(outcome);
    expect(outcome).toMatchObject({ calls: 10_000_000, status: { state: 'off', captured: 0 } });
    expect(lossesOf(outcome)).toEqual({});
  });

  it('take nothing but their objects while the agent is killed', async () => {
    server.killSwitch = true;
    const outcome = await run('killed');
    expectNothingTaken(outcome);
    expect(outcome).toMatchObject({ calls: 10_000_000, status: { state: 'killed', captured: 0 } });
    expect(lossesOf(outcome)).toEqual({});
  });

  it('take nothing but their objects while their label rests, and are all counted', async () => {
    const outcome = await run('resting');
    expectNothingTaken(outcome);
    expect(outcome).toMatchObject({ calls: 10_000_001, status: { captured: 1, stored: 1 } });
    expect(lossesOf(outcome)).toEqual({ rate: 10_000_000 });
    expect(server.stored.size).toBe(1);
  });
});

describe('labels that a program makes up as it runs', () => {
  it('keep memory flat: a thousand are known, the rest is counted, and said once', async () => {
    const outcome = await run('a million labels');
    expect(outcome.grownBytes).toBeLessThan(MEBIBYTE);
    expect(outcome).toMatchObject({ calls: 1_000_000, status: { labels: 1_000 } });
    const { captured, held, dropped } = outcome.status;
    // How many are captured, and how many of those make room for others, is a matter of how long the loop takes.
    expect({ ...lossesOf(outcome), rate: captured + dropped.rate }).toEqual({
      rate: 1_000,
      unregistered: 999_000 + captured - held,
    });
    expect(outcome.warnings).toHaveLength(1);
    expect(outcome.warnings[0]).toContain('STILLFRAME_TOO_MANY_LABELS');
  });

  it('hold no more than the 256 characters that count of each, however long they are', async () => {
    const outcome = await run('long labels');
    // A thousand labels with their books, and what is held of the first captures; whole labels alone would be 10 MB.
    expect(outcome.grownBytes).toBeLessThan(3 * MEBIBYTE);
    expect(outcome).toMatchObject({ calls: 10_000, status: { labels: 1_000 } });
    const { captured, held, dropped } = outcome.status;
    expect(dropped.unregistered).toBe(9_000 + captured - held);
  });
});

describe('a million calls with a function for the variables', () => {
  it('ask it only for the capture', async () => {
    const outcome = await run('a function');
    expect(outcome).toMatchObject({ calls: 1_000_000, asked: 1, status: { captured: 1 } });
    expect(lossesOf(outcome)).toEqual({ unregistered: 999_999 });
  });
});
