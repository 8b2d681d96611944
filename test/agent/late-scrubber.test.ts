import { afterEach, describe, expect, it } from 'vitest';
import type { AgentOptions } from '../../src/agent-options.ts';
import { createScrubStage } from '../../src/scrub-stage.ts';
import { createLog } from '../../src/log.ts';
import { createSourcePositions } from '../../src/capture/source-positions.ts';
import { createCheckedScrubber } from '../../src/scrub/snapshot-scrubber.ts';
import type { SnapshotScrubber } from '../../src/scrub/snapshot-scrubber.ts';
import { aSnapshot } from '../helpers/a-snapshot.ts';
import { known, startAgent } from './agent-on-a-link.ts';
import type { AgentOnALink } from './agent-on-a-link.ts';

let test: AgentOnALink | undefined;
afterEach(async () => {
  await test?.agent.shutdown(0);
});

interface Waiting extends AgentOnALink {
  /** The scrubber has been loaded. */
  arrive(): Promise<void>;
  /** It cannot be. */
  fail(error: unknown): Promise<void>;
  /** How often one was asked for. */
  readonly asked: () => number;
}

/** An agent whose scrubber is there when the test says so. */
function startWaiting(options: AgentOptions = {}): Waiting {
  const loading = Promise.withResolvers<SnapshotScrubber>();
  let asked = 0;
  let make: () => SnapshotScrubber = () => {
    throw new Error('not asked for');
  };
  const started = startAgent({ logger: { warn() {} }, ...options }, undefined, (rules) => {
    asked += 1;
    make = () => createCheckedScrubber(rules);
    return loading.promise;
  });
  test = started;
  return {
    ...started,
    asked: () => asked,
    async arrive() {
      loading.resolve(make());
      await turns();
    },
    async fail(error) {
      loading.reject(error);
      await turns();
    },
  };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('an agent whose scrubber is loaded in a later turn', () => {
  it('captures from the start, says nothing to anybody before, and sends everything scrubbed then', async () => {
    const { agent, submitted, registrations, starts, arrive, state } = startWaiting();
    agent.captureSnapshot('orders', { mail: 'jane@example.com' });
    await turns();
    expect({ starts: starts(), registrations, submitted }).toEqual({
      starts: 0,
      registrations: [],
      submitted: [],
    });
    expect(agent.status()).toMatchObject({ state: 'running', captured: 1, held: 1 });

    await arrive();
    expect(starts()).toBe(1);
    await expect.poll(() => registrations.map(({ asked }) => asked.label)).toEqual(['orders']);
    state([known('orders')]);
    registrations[0]!.answer(known('orders'));
    await agent.flush();
    expect(submitted.map(({ variables }) => variables)).toEqual([{ mail: '[REDACTED:email]' }]);
    expect(agent.status()).toMatchObject({ stored: 1, held: 0, queued: 0 });
  });

  it('gives a label that it met before the scrubbed name under which the server knows it', async () => {
    const { agent, submitted, arrive, state } = startWaiting();
    agent.captureSnapshot('mail to jane@example.com', {});
    await arrive();
    state([known('mail to [REDACTED:email]', { enabled: true })]);
    await agent.flush(1_000);
    expect(submitted.map(({ label, breakpointId }) => ({ label, breakpointId }))).toEqual([
      { label: 'mail to [REDACTED:email]', breakpointId: 'id-mail to [REDACTED:email]' },
    ]);
  });

  it('waits in a flush for as long as it was given, and tells what is left', async () => {
    const { agent, arrive, state, registrations, submitted } = startWaiting();
    agent.captureSnapshot('orders', {});
    expect(await agent.flush(20)).toEqual({ unsent: 1 });
    const flushed = agent.flush();
    await arrive();
    state([known('orders')]);
    await expect.poll(() => registrations.length).toBe(1);
    registrations[0]!.answer(known('orders'));
    expect(await flushed).toEqual({ unsent: 0 });
    expect(submitted).toHaveLength(1);
  });

  it('never starts the link when it was shut down before, and counts what was taken', async () => {
    const { agent, starts, arrive, closedWithMs } = startWaiting();
    agent.captureSnapshot('orders', {});
    await agent.shutdown(0);
    await arrive();
    expect(starts()).toBe(0);
    expect(closedWithMs).toHaveLength(1);
    expect(agent.status()).toMatchObject({ captured: 1, stored: 0, dropped: { shutdown: 1 } });
  });

  it('sends what was taken before it was shut down, as far as the time goes', async () => {
    const { agent, starts, arrive, state, registrations, submitted, closedWithMs } = startWaiting();
    agent.captureSnapshot('orders', { mail: 'jane@example.com' });
    const ended = agent.shutdown();
    expect(agent.isEnabled()).toBe(false);
    await arrive();
    expect(starts()).toBe(1);
    state([known('orders')]);
    await expect.poll(() => registrations.length).toBe(1);
    registrations[0]!.answer(known('orders'));
    await ended;
    expect(submitted.map(({ variables }) => variables)).toEqual([{ mail: '[REDACTED:email]' }]);
    expect(closedWithMs).toHaveLength(1);
    expect(agent.status()).toMatchObject({ state: 'off', captured: 1, stored: 1, held: 0, queued: 0 });
  });

  it('waits for nothing any more when it is shut down and there is no scrubber to be had', async () => {
    const { agent, starts, fail } = startWaiting();
    agent.captureSnapshot('orders', {});
    const ended = agent.shutdown(600_000);
    await fail(new Error('gone'));
    await ended;
    expect(starts()).toBe(0);
    expect(agent.status()).toMatchObject({
      captured: 1,
      dropped: { scrub: 1, shutdown: 0 },
      problems: [{ code: 'STILLFRAME_NO_SCRUBBER' }],
    });
  });

  it('ends, says why and sends nothing when there is no scrubber to be had', async () => {
    const warnings: string[] = [];
    const { agent, starts, submitted, fail } = startWaiting({
      logger: { warn: (text) => warnings.push(text) },
    });
    agent.captureSnapshot('orders', { mail: 'jane@example.com' });
    await fail(new Error('Cannot find module snapshot-scrubber.js'));
    const status = agent.status();
    const message =
      'The scrubber could not be loaded (Cannot find module snapshot-scrubber.js): nothing is sent and the agent is off. ' +
      'Install the package again, with all of its files.';
    expect(status).toMatchObject({
      state: 'off',
      captured: 1,
      stored: 0,
      dropped: { scrub: 1 },
      problems: [{ code: 'STILLFRAME_NO_SCRUBBER', message }],
    });
    expect(warnings.join()).toContain(message);
    expect({ starts: starts(), submitted, isEnabled: agent.isEnabled() }).toEqual({
      starts: 0,
      submitted: [],
      isEnabled: false,
    });
  });

  it('fails a flush that is to tell of every loss', async () => {
    const { agent, fail } = startWaiting({ syncFlush: true });
    agent.captureSnapshot('orders', {});
    const refused = expect(agent.flush()).rejects.toMatchObject({
      code: 'STILLFRAME_FLUSH_FAILED',
      message: '0 snapshots wait and 1 failed: the counts in status().dropped say why',
      unsent: 0,
      failed: 1,
    });
    await fail(new Error('gone'));
    await refused;
  });

  it('ends in the same way when making one fails at once', () => {
    test = startAgent({ logger: { warn() {} } }, undefined, () => {
      throw new Error('a bug');
    });
    expect(test.agent.status()).toMatchObject({
      state: 'off',
      problems: [{ code: 'STILLFRAME_NO_SCRUBBER' }],
    });
    expect(test.starts()).toBe(0);
  });

  it('is off at once under rules that cannot be followed, and asks for no scrubber', () => {
    const { agent, asked } = startWaiting({ redactPaths: ['a[*].b[*]'] });
    expect(agent.status()).toMatchObject({ state: 'off', problems: [{ code: 'STILLFRAME_BAD_SCRUB_RULE' }] });
    expect(asked()).toBe(0);
  });

  it('follows the rules as they were when it was made', async () => {
    const rules = [{ type: 'employee', pattern: /EMP-\d{6}/ }];
    const { agent, submitted, arrive, state } = startWaiting({ piiPatterns: rules });
    rules[0] = { type: 'nothing', pattern: /none/ };
    agent.captureSnapshot('orders', { by: 'EMP-123456' });
    await arrive();
    state([known('orders')]);
    await agent.flush(1_000);
    expect(submitted.map(({ variables }) => variables)).toEqual([{ by: '[REDACTED:employee]' }]);
  });
});

describe('the stage before a scrubber that does not come', () => {
  it('holds 1,000 captures, and loses the next one under its reason', async () => {
    const lost: string[] = [];
    const stage = createScrubStage({
      canScrub: () => new Promise(() => {}),
      positions: createSourcePositions(),
      sourceAround: () => Promise.resolve([]),
      scrub: () => aSnapshot(),
      submit() {},
      count: (reason, label) => lost.push(`${reason} ${label}`),
      log: createLog({ sink: null, debug: false, now: () => 0 }),
    });
    const complete = (): never => {
      throw new Error('not in this turn');
    };
    for (let index = 0; index < 1_000; index++) stage.add({ label: `label ${index}`, complete });
    expect({ size: stage.size, lost }).toEqual({ size: 1_000, lost: [] });
    stage.add({ label: 'one more', complete });
    expect({ size: stage.size, lost }).toEqual({ size: 1_000, lost: ['queue one more'] });
  });
});
