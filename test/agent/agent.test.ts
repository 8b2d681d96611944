import { describe, expect, it } from 'vitest';
import type { StateVersion } from '../../src/protocol/state-version.ts';
import { until } from '../helpers/until.ts';
import { hostStorage, known, startAgent } from './agent-on-a-link.ts';
import type { AgentOnALink } from './agent-on-a-link.ts';

async function registered(link: AgentOnALink, count = 1): Promise<void> {
  await until(`${count} registrations`, () => link.registrations.length >= count);
}

describe('the time in each state', () => {
  it('is what a person counts: running, killed, with an open breaker, and off at the end', async () => {
    const { agent, state, breaker, pass } = startAgent();
    const seconds = (): Record<string, number> =>
      Object.fromEntries(
        Object.entries(agent.status().timeInStateMs).map(([name, ms]) => [name, Math.floor(ms / 10_000)]),
      );
    pass(10_000);
    state([], { killSwitch: true });
    pass(20_000);
    // While it is killed, an open breaker makes no difference.
    breaker('open');
    pass(10_000);
    state([]);
    expect(agent.status().state).toBe('breaker_open');
    pass(40_000);
    breaker('half_open');
    pass(10_000);
    await agent.shutdown(0);
    pass(50_000);
    expect(seconds()).toEqual({ running: 2, killed: 3, breaker_open: 4, off: 5 });
  });
});

describe('an agent that is disposed of', () => {
  it('sends what waits and ends, as after shutdown', async () => {
    const { agent, closedWithMs, submitted, state } = startAgent();
    state([known('checkout')]);
    agent.captureSnapshot('checkout', { a: 1 });
    await agent[Symbol.asyncDispose]();
    expect(submitted).toHaveLength(1);
    expect(closedWithMs).toHaveLength(1);
    expect(agent.isEnabled()).toBe(false);
    agent.captureSnapshot('checkout', { a: 2 });
    expect(agent.status().captured).toBe(1);
  });
});

describe('what the agent says of a breakpoint', () => {
  it('is said once, although every answer to a report brings the whole state again', () => {
    const link = startAgent({ lineBreakpoints: false });
    const breakpoints = [known('checkout', { condition: 'total >' }), known(null, { id: 'line' })];
    link.state(breakpoints);
    link.agent.captureSnapshot('checkout', {});
    for (let answer = 0; answer < 5; answer++) link.state(breakpoints);
    expect(link.reports.map(({ breakpointId, state }) => `${breakpointId} ${state}`).toSorted()).toEqual([
      'id-checkout error',
      'id-checkout received',
      'line error',
      'line received',
    ]);
  });

  it('is taken back when a person mended the condition, and said again when another one fails', () => {
    const link = startAgent();
    link.state([known('checkout', { condition: 'total >' })]);
    link.agent.captureSnapshot('checkout', {});
    link.state([known('checkout', { condition: 'total > 1' })]);
    link.agent.captureSnapshot('checkout', { total: 2 });
    link.state([known('checkout', { condition: '<' })]);
    expect(link.reports.map(({ state }) => state)).toEqual([
      'received',
      'error',
      'installed',
      'emitting',
      'error',
    ]);
  });

  it('prints nothing of a mistake that somebody made on the dashboard, but keeps it', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on('warning', listen);
    const { agent, state } = startAgent();
    state([known('checkout', { condition: 'total >' })]);
    agent.captureSnapshot('checkout', {});
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listen);
    expect(warnings).toEqual([]);
    expect(agent.status().problems.map(({ code }) => code)).toEqual(['STILLFRAME_BAD_CONDITION']);
  });

  it('forgets such a mistake when it is mended or deleted, so that it hides none of the later ones', () => {
    const { agent, state } = startAgent();
    agent.captureSnapshot('mended', {});
    agent.captureSnapshot('deleted', {});
    for (let mistake = 1; mistake <= 25; mistake++) {
      const condition = '('.repeat(mistake);
      state([known('mended', { condition }), known('deleted', { condition })]);
      expect(agent.status().problems.map(({ code }) => code)).toEqual([
        'STILLFRAME_BAD_CONDITION',
        'STILLFRAME_BAD_CONDITION',
      ]);
    }
    state([known('mended', { condition: 'total > 1' })]);
    expect(agent.status().problems).toEqual([]);
  });
});

describe("the host's async context", () => {
  it('is in no timer of the agent, no registration, no report and no delivery', async () => {
    const link = startAgent();
    link.state([known('checkout'), known('broken', { condition: 'total.a' })]);
    hostStorage.run('a request', () => {
      link.agent.captureSnapshot('new', {});
      link.agent.captureSnapshot('checkout', {});
      link.agent.captureSnapshot('broken', { total: 1 });
    });
    await registered(link);
    await link.agent.flush(10);
    expect(link.submitted.length).toBe(1);
    expect(link.contexts.length).toBeGreaterThanOrEqual(5);
    expect(new Set(link.contexts)).toEqual(new Set([undefined]));
  });

  it('is not that of the request in which the host started the agent, either', async () => {
    const link = hostStorage.run('the first request', () => startAgent());
    link.state([known('checkout')]);
    link.agent.captureSnapshot('new', {});
    link.agent.captureSnapshot('checkout', {});
    await registered(link);
    await link.agent.flush(10);
    expect(link.submitted.length).toBe(1);
    expect(link.contexts.length).toBeGreaterThanOrEqual(4);
    expect(new Set(link.contexts)).toEqual(new Set([undefined]));
  });
});

describe('an agent after another one in the same process', () => {
  it('is not disturbed by rests and answers that the first one still waited for', async () => {
    const first = startAgent();
    first.state([known('resting')]);
    first.agent.captureSnapshot('resting', {});
    first.agent.captureSnapshot('asked', {});
    await registered(first);
    await first.agent.shutdown(0);

    const second = startAgent({}, first.points);
    const off = { enabled: false };
    second.state([known('resting', off), known('asked', off)]);
    second.agent.captureSnapshot('resting', {});
    second.agent.captureSnapshot('asked', {});
    first.registrations[0]?.answer(known('asked'));
    await new Promise((resolve) => setImmediate(resolve));
    first.pass(3_600_000);
    for (const label of ['resting', 'asked']) {
      expect(first.points.byLabel.get(label)?.armed, label).toBe(false);
    }
  });

  it('begins with empty books, and leaves the first one its own', async () => {
    const first = startAgent();
    first.state([known('checkout', { enabled: false })]);
    const point = first.agent.capturePoint('checkout');
    for (let call = 0; call < 3; call++) first.agent.captureSnapshot('checkout', {});
    await first.agent.shutdown(0);
    const second = startAgent({}, first.points);
    expect(second.agent.status().dropped.disabled).toBe(0);
    expect(first.agent.status().dropped.disabled).toBe(3);
    second.state([known('checkout')]);
    point.capture({});
    await second.agent.flush();
    expect(second.submitted.length).toBe(1);
  });
});

describe('shutdown', () => {
  it('ends for every caller at the same time, and takes no longer than it was given', async () => {
    const link = startAgent();
    link.agent.captureSnapshot('never answered', {});
    void link.agent.shutdown(200);
    await link.agent.shutdown(200);
    expect(link.closedWithMs).toHaveLength(1);
    expect(link.closedWithMs[0]).toBeLessThan(20);
    expect(link.agent.status().dropped.shutdown).toBe(1);
  });
});

describe('flush', () => {
  it('waits for the first capture of a label until it is on its way', async () => {
    const link = startAgent();
    link.state([]);
    link.agent.captureSnapshot('checkout', {});
    const sentAtItsEnd = link.agent.flush(5_000).then(() => link.submitted.length);
    await registered(link);
    link.registrations[0]?.answer(known('checkout'));
    expect(await sentAtItsEnd).toBe(1);
  });

  it('leaves what cannot be sent, says how much, and takes no longer than it was given', async () => {
    const link = startAgent();
    link.agent.captureSnapshot('never answered', {});
    expect(await link.agent.flush(20)).toEqual({ unsent: 1 });
  });
});

describe('a kill', () => {
  it('that is learned with the first contact lets nothing go that was captured before', async () => {
    const link = startAgent();
    link.agent.captureSnapshot('checkout', {});
    await registered(link);
    link.state([known('checkout')], { killSwitch: true });
    link.registrations[0]?.answer(known('checkout'));
    await link.agent.flush();
    expect(link.submitted).toEqual([]);
    expect(link.agent.status()).toMatchObject({ state: 'killed', held: 0, dropped: { killed: 1 } });
  });

  it('is undone by no answer that is older, be it a whole state or a change', () => {
    const link = startAgent();
    const at = (rev: number): StateVersion => ({ epoch: 5, rev });
    link.apply({ kind: 'kill_switch', enabled: true, version: at(7) });
    link.apply({ kind: 'state', state: { breakpoints: [], killSwitch: false, version: at(6) } });
    link.apply({ kind: 'kill_switch', enabled: false, version: at(6) });
    link.apply({
      kind: 'state',
      state: { breakpoints: [], killSwitch: false, version: { epoch: 4, rev: 900 } },
    });
    expect(link.agent.status().state).toBe('killed');
    link.apply({
      kind: 'state',
      state: { breakpoints: [], killSwitch: false, version: { epoch: 6, rev: 1 } },
    });
    expect(link.agent.status().state).toBe('running');
  });

  it('drops what is between two stages, even when it is released at once', async () => {
    const link = startAgent();
    link.state([known('checkout')]);
    link.agent.captureSnapshot('checkout', {});
    // One turn later the snapshot has left the queue and waits for its source map.
    await new Promise((resolve) => setImmediate(resolve));
    link.state([known('checkout')], { killSwitch: true });
    link.state([known('checkout')]);
    await link.agent.flush();
    const { captured, stored, dropped } = link.agent.status();
    expect({ captured, stored, killed: dropped.killed }).toEqual({ captured: 1, stored: 0, killed: 1 });
  });
});

describe('the answer to a registration', () => {
  it('does not bring back a breakpoint that was deleted meanwhile, and its first capture is lost', async () => {
    const link = startAgent();
    link.state([]);
    link.agent.captureSnapshot('checkout', {});
    await registered(link);
    link.apply({ kind: 'breakpoint_upserted', breakpoint: known('other', { id: 'x' }), version: null });
    link.apply({ kind: 'breakpoint_deleted', breakpointId: 'id-checkout', version: null });
    link.state([]);
    link.registrations[0]?.answer(known('checkout'));
    await until('nothing is held', () => link.agent.status().held === 0);
    link.agent.captureSnapshot('checkout', {});
    expect(link.agent.status()).toMatchObject({ captured: 1, breakpoints: 0, dropped: { disabled: 2 } });
  });

  it('of a database that is no more is not followed: the label registers again', async () => {
    const link = startAgent();
    link.state([], { epoch: 1 });
    link.agent.captureSnapshot('checkout', {});
    await registered(link);
    link.state([], { epoch: 2 });
    link.registrations[0]?.answer(known('checkout', { id: 'of the old one' }));
    await new Promise((resolve) => setImmediate(resolve));
    link.agent.captureSnapshot('checkout', {});
    await registered(link, 2);
    link.registrations[1]?.answer(known('checkout'));
    await until('the capture is sent', () => link.submitted.length === 1);
    expect(link.submitted[0]?.breakpointId).toBe('id-checkout');
  });

  it('that comes after shutdown captures nothing', async () => {
    const link = startAgent();
    link.state([]);
    link.agent.captureSnapshot('checkout', {});
    await registered(link);
    await link.agent.shutdown(0);
    link.registrations[0]?.answer(known('checkout'));
    await new Promise((resolve) => setImmediate(resolve));
    link.agent.captureSnapshot('checkout', {});
    expect(link.submitted).toEqual([]);
    expect(link.agent.status()).toMatchObject({ captured: 1, stored: 0, dropped: { shutdown: 1 } });
  });
});

describe('without contact', () => {
  it('also a label that is met for the first time rests, until the server is heard of', async () => {
    const link = startAgent();
    link.state([known('checkout')]);
    link.loseContact();
    link.agent.captureSnapshot('checkout', {});
    expect(link.agent.status().dropped.expired).toBe(1);
    link.state([known('checkout')]);
    link.agent.captureSnapshot('checkout', {});
    await link.agent.flush();
    expect(link.submitted.length).toBe(1);
  });

  it('breakpoints disarm, and arm again when a server that lags behind is heard of', async () => {
    const link = startAgent();
    link.state([known('checkout')]);
    link.state([known('checkout')]);
    link.agent.capturePoint('checkout').capture({});
    link.pass(1_000);
    link.loseContact();
    expect(link.agent.capturePoint('checkout').armed).toBe(false);
    link.apply({
      kind: 'state',
      state: { breakpoints: [], killSwitch: false, version: { epoch: 1, rev: 1 } },
    });
    expect(link.agent.capturePoint('checkout').armed).toBe(true);
  });

  it('a kill stays, and its release arms again', async () => {
    const link = startAgent();
    link.state([known('checkout')], { killSwitch: true });
    link.loseContact();
    link.agent.captureSnapshot('checkout', {});
    expect(link.agent.status()).toMatchObject({ state: 'killed', captured: 0 });
    link.state([known('checkout')]);
    link.agent.captureSnapshot('checkout', {});
    expect(link.agent.status()).toMatchObject({ state: 'running', captured: 1 });
  });
});
