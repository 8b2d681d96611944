import { afterEach, describe, expect, test } from 'vitest';
import type { ChangeNotice } from '../../../control-server/live/live.ts';
import { isRecord } from '../../../src/protocol/json.ts';
import { breakpoint } from './state-source.ts';
import { startLive } from './live-server.ts';
import type { LiveServer } from './live-server.ts';
import { fieldsOf } from './stream-reader.ts';
import type { ReadEvent, StreamReader } from './stream-reader.ts';
import { eventually } from '../../helpers/until.ts';

const FOREIGN = { userAgent: 'Java/17.0.15' };
const INSTANCE = '11111111-1111-4111-8111-111111111111';
const PYTHON = { userAgent: 'python-requests/2.34.2' };

const servers: LiveServer[] = [];
async function start(options?: Parameters<typeof startLive>[0]): Promise<LiveServer> {
  const server = await startLive(options);
  servers.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** Name, id and the interesting part of the data of all state events so far. */
function seen(reader: StreamReader): unknown[][] {
  return reader.events
    .filter(({ name }) => name !== 'heartbeat')
    .map((event) => {
      const { id, enabled } = fieldsOf(event);
      return [event.name, id, enabled].filter((part) => part !== undefined);
    });
}

/** What a client believes after all events: the ids that are armed, and whether it is killed. */
function replay(reader: StreamReader): { armed: string[]; isKilled: unknown; revs: number[] } {
  const enabled = new Map<unknown, unknown>();
  let isKilled: unknown = false;
  const told = reader.events.filter(({ name }) => name !== 'heartbeat');
  for (const event of told) {
    const data = fieldsOf(event);
    if (event.name === 'init') {
      const listed: unknown[] = Array.isArray(data['breakpoints']) ? data['breakpoints'] : [];
      for (const item of listed.filter(isRecord)) enabled.set(item['id'], item['enabled']);
      isKilled = data['kill_switch'];
    } else if (event.name === 'kill_switch') isKilled = data['enabled'];
    else if (event.name === 'breakpoint_deleted') enabled.delete(data['id']);
    else enabled.set(data['id'], data['enabled']);
  }
  const armed = [...enabled].filter(([, isOn]) => isOn).map(([id]) => String(id));
  return { armed: armed.toSorted(), isKilled, revs: revsOf(told) };
}

function revsOf(events: readonly ReadEvent[]): number[] {
  return events.map(({ id }) => Number(id.split('-')[1]));
}

/** Lets the event loop turn. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

describe('the first event', () => {
  test('is the whole state with its version, for ours with the disabled breakpoints', async () => {
    const { source, openAgent } = await start();
    source.put(breakpoint({ id: 'on' }));
    source.put(breakpoint({ id: 'off', enabled: false }));
    const init = await (await openAgent()).next('init');
    expect(init.id).toBe(source.version());
    expect(init.data).toMatchObject({
      kill_switch: false,
      version: source.version(),
      breakpoints: [
        { id: 'on', enabled: true, max_captures: 0 },
        { id: 'off', enabled: false },
      ],
    });
  });

  test('lists only what is armed to foreign clients, and calls no limit 2147483647', async () => {
    const { source, openAgent } = await start();
    source.put(breakpoint({ id: 'on', expireAt: '2999-01-01T00:00:00.000Z' }));
    source.put(breakpoint({ id: 'off', enabled: false }));
    source.put(breakpoint({ id: 'spent', maxCaptures: 2, captureCount: 2 }));
    source.put(breakpoint({ id: 'expired', expireAt: '2020-01-01T00:00:00.000Z' }));
    const init = await (await openAgent(FOREIGN)).next('init');
    expect(init.data).toMatchObject({ breakpoints: [{ id: 'on', max_captures: 2_147_483_647 }] });
    expect(init.data).toHaveProperty('breakpoints.length', 1);
    expect(init.data).toHaveProperty('breakpoints.0.expire_at', '2999-01-01T00:00:00.000Z');
  });

  test('never shows expire_at to python-requests', async () => {
    const { source, openAgent } = await start();
    source.put(breakpoint({ id: 'on', expireAt: '2999-01-01T00:00:00.000Z' }));
    const reader = await openAgent(PYTHON);
    expect((await reader.next('init')).data).toHaveProperty('breakpoints.length', 1);
    expect(reader.raw()).not.toContain('expire_at');
  });

  test('is read from the store once, however many clients come', async () => {
    const { source, openAgent } = await start();
    source.put(breakpoint({ id: 'on' }));
    const readers = await Promise.all(Array.from({ length: 30 }, () => openAgent()));
    await Promise.all(readers.map((reader) => reader.next('init')));
    expect(source.reads()).toBe(1);
  });

  test('is refused when the store does not answer and nothing is known', async () => {
    const { source, openAgent } = await start();
    source.holdReads(() => Promise.reject(new Error('disk')));
    await expect(openAgent()).rejects.toThrow();
  });

  test('of a large service has no line of 64 KiB', async () => {
    const { source, openAgent } = await start();
    for (let count = 0; count < 2_000; count++) source.put(breakpoint({ id: `id-${count}` }));
    const reader = await openAgent();
    expect((await reader.next('init')).data).toHaveProperty('breakpoints.length', 2_000);
    for (const line of reader.raw().split('\n')) expect(Buffer.byteLength(line)).toBeLessThan(65_536);
  });
});

describe('a change', () => {
  test('is told with its version: created, updated, deleted', async () => {
    const { live, source, openAgent } = await start();
    const reader = await openAgent();
    await reader.next('init');
    await live.publish(source.put(breakpoint({ id: 'a' })));
    await live.publish(source.put(breakpoint({ id: 'a', condition: 'total > 1' })));
    const updated = await reader.next('breakpoint_updated');
    expect(updated.data).toMatchObject({ id: 'a', condition: 'total > 1', version: updated.id });
    await live.publish(source.remove('a'));
    await reader.next('breakpoint_deleted');
    expect(seen(reader)).toEqual([
      ['init'],
      ['breakpoint_created', 'a', true],
      ['breakpoint_updated', 'a', true],
      ['breakpoint_deleted', 'a'],
    ]);
  });

  test('to disabled is an update to ours, and the end of it to foreign clients; enabled again it is created', async () => {
    const { live, source, openAgent } = await start();
    source.put(breakpoint({ id: 'a' }));
    const [ours, foreign] = await Promise.all([openAgent(), openAgent(FOREIGN)]);
    await Promise.all([ours.next('init'), foreign.next('init')]);
    await live.publish(source.put(breakpoint({ id: 'a', enabled: false })));
    await live.publish(source.put(breakpoint({ id: 'a' })));
    await foreign.next('breakpoint_created');
    await eventually(() => expect(ours.events).toHaveLength(3));
    expect(seen(ours)).toEqual([
      ['init'],
      ['breakpoint_updated', 'a', false],
      ['breakpoint_updated', 'a', true],
    ]);
    expect(seen(foreign)).toEqual([['init'], ['breakpoint_deleted', 'a'], ['breakpoint_created', 'a', true]]);
  });

  test('of a disabled breakpoint says nothing to foreign clients', async () => {
    const { live, source, openAgent } = await start();
    source.put(breakpoint({ id: 'a', enabled: false }));
    const foreign = await openAgent(FOREIGN);
    await live.publish(source.put(breakpoint({ id: 'a', enabled: false, condition: 'x > 1' })));
    await live.publish(source.put(breakpoint({ id: 'b' })));
    await foreign.next('breakpoint_created');
    expect(seen(foreign)).toEqual([['init'], ['breakpoint_created', 'b', true]]);
  });

  test('reaches only the service and the environment that it concerns', async () => {
    const { live, source, openAgent } = await start();
    const [shop, other, staging] = await Promise.all([
      openAgent(),
      openAgent({ serviceName: 'other' }),
      openAgent({ environment: 'staging' }),
    ]);
    await Promise.all([shop, other, staging].map((reader) => reader.next('init')));
    await live.publish(source.put(breakpoint({ id: 'a' })));
    await shop.next('breakpoint_created');
    expect(seen(other)).toEqual([['init']]);
    expect(seen(staging)).toEqual([['init']]);
  });

  test('that is published twice is told once', async () => {
    const { live, source, openAgent } = await start();
    const reader = await openAgent();
    const change = source.put(breakpoint({ id: 'a' }));
    await Promise.all([live.publish(change), live.publish(change)]);
    await live.publish(source.put(breakpoint({ id: 'b' })));
    await reader.waitFor((event) => fieldsOf(event)['id'] === 'b');
    expect(seen(reader)).toEqual([
      ['init'],
      ['breakpoint_created', 'a', true],
      ['breakpoint_created', 'b', true],
    ]);
  });

  test('that overtakes an earlier one loses neither and turns no version back', async () => {
    const { live, source, openAgent } = await start();
    const reader = await openAgent();
    await reader.next('init');
    const first = source.put(breakpoint({ id: 'a' }));
    const second = source.put(breakpoint({ id: 'b' }));
    await live.publish(second);
    await live.publish(first);
    await eventually(() => expect(reader.events).toHaveLength(3));
    const revs = revsOf(reader.events);
    expect(revs).toEqual(revs.toSorted((left, right) => left - right));
  });

  test('that cannot be read for a while is one problem, and the next outage another', async () => {
    const { live, source, problems, openAgent } = await start({ retryMs: 1 });
    const reader = await openAgent();
    await reader.next('init');
    for (const id of ['a', 'b']) {
      let refused = 0;
      source.holdReads(async () => {
        refused++;
        throw new Error('away');
      });
      await live.publish(source.put(breakpoint({ id })));
      await eventually(() => expect(refused).toBeGreaterThan(5));
      source.holdReads(null);
      await reader.waitFor((event) => fieldsOf(event)['id'] === id);
    }
    expect(problems).toEqual(['state_unreadable', 'state_unreadable']);
  });

  test('that cannot be read yet is told as soon as it can, and what is known stays in force', async () => {
    const { live, source, openAgent, problems } = await start({ retryMs: 5 });
    const reader = await openAgent();
    await reader.next('init');
    source.holdReads(() => Promise.reject(new Error('disk')));
    await live.publish(source.put(breakpoint({ id: 'a' })));
    expect(problems).toContain('state_unreadable');
    await expect(live.readState({ environment: 'default', serviceName: 'shop' })).resolves.toMatchObject({
      breakpoints: [],
    });
    source.holdReads(null);
    await reader.next('breakpoint_created');
  });
});

describe('a change by another node', () => {
  test('is told once this node is asked to look, in the environment that it concerns', async () => {
    const { live, source, openAgent } = await start();
    const reader = await openAgent();
    await reader.next('init');
    source.put(breakpoint({ id: 'a' }));
    await live.refresh(changeIn('staging'));
    expect(seen(reader)).toEqual([['init']]);
    await live.refresh(changeIn('default'));
    source.setKill('global', true);
    await live.refresh(changeIn(null));
    await reader.next('kill_switch');
    expect(seen(reader)).toEqual([['init'], ['breakpoint_created', 'a', true], ['kill_switch', true]]);
  });

  test('of one service leaves the others alone', async () => {
    const { live, source, openAgent } = await start();
    const reader = await openAgent();
    await reader.next('init');
    source.put(breakpoint({ id: 'a' }));
    await live.refresh({ environment: 'default', serviceName: 'billing', kind: 'breakpoint' });
    expect(seen(reader)).toEqual([['init']]);
    await live.refresh({ environment: 'default', serviceName: 'shop', kind: 'breakpoint' });
    await reader.next('breakpoint_created');
  });

  test('is read again for who polls only', async () => {
    const { live, source } = await start();
    const ref = { environment: 'default', serviceName: 'shop' };
    await live.readState(ref);
    source.setKill('global', true);
    expect((await live.readState(ref)).killed.global).toBe(false);
    await live.refresh(changeIn('default'));
    expect((await live.readState(ref)).killed.global).toBe(true);
  });
});

describe('between the reading of the state and the subscription', () => {
  test('no change is lost', async () => {
    const { live, source, openAgent } = await start();
    const gate = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    source.holdReads(() => {
      asked.resolve();
      return gate.promise;
    });
    const opening = openAgent();
    await asked.promise;
    // Committed after the state was read, published before the stream exists.
    const published = live.publish(source.put(breakpoint({ id: 'a' })));
    source.holdReads(null);
    gate.resolve();
    const reader = await opening;
    await published;
    await reader.waitFor(({ data }) => JSON.stringify(data).includes('"id":"a"'));
  });

  test('each client ends with the committed state, whatever overtakes what', async () => {
    const { live, source, openAgent } = await start();
    let seed = 20_261_121;
    const random = (below: number): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed % below;
    };
    source.holdReads(() => turns(random(4)));
    const readers: StreamReader[] = [];
    const working: Promise<unknown>[] = [];
    for (let step = 0; step < 400; step++) {
      const id = `bp-${random(6)}`;
      const choice = random(10);
      if (choice < 6) working.push(live.publish(source.put(breakpoint({ id, enabled: random(3) > 0 }))));
      else if (choice === 6) working.push(live.publish(source.setKill('service', random(2) === 0)));
      else if (choice === 7) working.push(live.publish(source.setKill('global', random(2) === 0)));
      else if (choice === 8 && readers.length < 25) {
        const fields = random(2) === 0 ? {} : FOREIGN;
        working.push(openAgent(fields).then((reader) => readers.push(reader)));
      }
      await turns(random(3));
    }
    await Promise.all(working);
    source.holdReads(null);
    await live.publish(source.put(breakpoint({ id: 'last' })));
    const truth = await source.readState({ environment: 'default', serviceName: 'shop' });
    expect(readers.length).toBeGreaterThan(5);
    for (const reader of readers) {
      await reader.waitFor(({ data }) => JSON.stringify(data).includes('"id":"last"'));
      const { armed, isKilled, revs } = replay(reader);
      expect(revs).toEqual(revs.toSorted((left, right) => left - right));
      expect(isKilled).toBe(truth.killed.global || truth.killed.service);
      expect(armed).toEqual(
        truth.breakpoints
          .filter(({ enabled }) => enabled)
          .map(({ id }) => id)
          .toSorted(),
      );
    }
  });
});

describe('the kill switch', () => {
  test('is told as the OR of its scopes', async () => {
    const { live, source, openAgent } = await start();
    const reader = await openAgent();
    await reader.next('init');
    await live.publish(source.setKill('service', true));
    await live.publish(source.setKill('global', true));
    await live.publish(source.setKill('service', false));
    await live.publish(source.setKill('global', false));
    await reader.waitFor((event) => event.name === 'kill_switch' && fieldsOf(event)['enabled'] === false);
    expect(seen(reader)).toEqual([['init'], ['kill_switch', true], ['kill_switch', false]]);
  });

  test('stops before the store has answered', async () => {
    const { live, source, openAgent } = await start();
    const reader = await openAgent();
    await reader.next('init');
    const gate = Promise.withResolvers<void>();
    source.holdReads(() => gate.promise);
    const published = live.publish(source.setKill('global', true));
    expect((await reader.next('kill_switch')).data).toEqual({ enabled: true, version: source.version() });
    gate.resolve();
    await published;
    await live.publish(source.put(breakpoint({ id: 'a' })));
    await reader.next('breakpoint_created');
    expect(seen(reader)).toEqual([['init'], ['kill_switch', true], ['breakpoint_created', 'a', true]]);
  });

  test('is not undone by a read that began before it and is answered after it', async () => {
    const { live, source, openAgent } = await start();
    const reader = await openAgent();
    await reader.next('init');
    const [early, late] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    source.holdReads(() => early.promise);
    const created = live.publish(source.put(breakpoint({ id: 'a' })));
    source.holdReads(() => late.promise);
    const killed = live.publish(source.setKill('global', true));
    await reader.next('kill_switch');
    early.resolve();
    await turns(5);
    // What was read before the kill says "not killed": nobody may be told so.
    expect(seen(reader)).toEqual([['init'], ['kill_switch', true]]);
    late.resolve();
    await Promise.all([created, killed]);
    await reader.next('breakpoint_created');
    expect(replay(reader)).toMatchObject({ armed: ['a'], isKilled: true });
    expect(seen(reader).map(([name]) => name)).toEqual(['init', 'kill_switch', 'breakpoint_created']);
  });

  test('that was released before its publication came does not stop anything', async () => {
    const { live, source, openAgent } = await start();
    const reader = await openAgent();
    await reader.next('init');
    const kill = source.setKill('global', true);
    const release = source.setKill('global', false);
    await live.publish(release);
    await live.publish(source.put(breakpoint({ id: 'a' })));
    await live.publish(kill);
    await live.publish(source.put(breakpoint({ id: 'b' })));
    await reader.waitFor((event) => fieldsOf(event)['id'] === 'b');
    expect(seen(reader).map(([name]) => name)).toEqual(['init', 'breakpoint_created', 'breakpoint_created']);
  });

  test('reaches every environment and service when global, and one service else', async () => {
    const { live, source, openAgent } = await start();
    const [shop, other] = await Promise.all([openAgent(), openAgent({ serviceName: 'other' })]);
    await live.publish(source.setKill('service', true, 'other'));
    await other.next('kill_switch');
    await live.publish(source.setKill('global', true));
    await shop.next('kill_switch');
    expect(seen(other)).toEqual([['init'], ['kill_switch', true]]);
    expect(seen(shop)).toEqual([['init'], ['kill_switch', true]]);
  });

  test('of one agent reaches this agent alone, and stands in its init', async () => {
    const { live, source, openAgent } = await start();
    const [stopped, other, nameless] = await Promise.all([
      openAgent({ instanceId: INSTANCE }),
      openAgent({ instanceId: INSTANCE.replace('1', '2') }),
      openAgent(),
    ]);
    await Promise.all([stopped, other, nameless].map((reader) => reader.next('init')));
    await live.publish(source.setKill('agent', true, INSTANCE));
    await live.publish(source.setKill('service', true));
    await live.publish(source.setKill('service', false));
    await live.publish(source.setKill('agent', false, INSTANCE));
    await live.publish(source.put(breakpoint({ id: 'a' })));
    await Promise.all([stopped, other, nameless].map((reader) => reader.next('breakpoint_created')));
    // Stopped twice is told once: all scopes are one.
    expect(seen(stopped)).toEqual([
      ['init'],
      ['kill_switch', true],
      ['kill_switch', false],
      ['breakpoint_created', 'a', true],
    ]);
    for (const reader of [other, nameless]) {
      expect(seen(reader)).toEqual(seen(stopped));
      expect(reader.events[1]?.id).not.toBe(stopped.events[1]?.id);
    }
    await live.publish(source.setKill('agent', true, INSTANCE));
    const inits = [await openAgent({ instanceId: INSTANCE }), await openAgent()].map((reader) =>
      reader.next('init'),
    );
    expect((await Promise.all(inits)).map((init) => fieldsOf(init)['kill_switch'])).toEqual([true, false]);
  });

  test('stands in the init of who comes while it is on', async () => {
    const { source, openAgent } = await start();
    source.setKill('global', true);
    expect((await (await openAgent()).next('init')).data).toMatchObject({ kill_switch: true });
  });

  test('reaches 500 streams in order', async () => {
    const { live, source, openAgent } = await start();
    source.put(breakpoint({ id: 'a' }));
    const readers = await Promise.all(
      Array.from({ length: 500 }, (_, index) => openAgent(index % 2 === 0 ? {} : FOREIGN)),
    );
    await Promise.all(readers.map((reader) => reader.next('init')));
    const publications = [
      live.publish(source.put(breakpoint({ id: 'a', condition: 'x > 1' }))),
      live.publish(source.setKill('global', true)),
    ];
    await Promise.all(readers.map((reader) => reader.next('kill_switch')));
    await Promise.all(publications);
    await live.publish(source.setKill('global', false));
    await live.publish(source.remove('a'));
    await Promise.all(readers.map((reader) => reader.next('breakpoint_deleted')));
    for (const reader of readers) {
      const told = reader.events.filter(({ name }) => name !== 'heartbeat');
      const names = told.map(({ name }) => name);
      expect(names.filter((name) => name === 'kill_switch')).toHaveLength(2);
      expect(names[0]).toBe('init');
      expect(names.at(-1)).toBe('breakpoint_deleted');
      const revs = revsOf(told);
      expect(revs).toEqual(revs.toSorted((left, right) => left - right));
    }
  });
});

describe('a stream', () => {
  test('is fed with heartbeats that are not empty', async () => {
    const { openAgent, openDashboard } = await start({ heartbeatMs: 20 });
    const [agent, dashboard] = await Promise.all([openAgent(), openDashboard()]);
    expect((await agent.next('heartbeat')).data).toHaveProperty('t');
    await agent.next('heartbeat');
    expect((await dashboard.next('heartbeat')).data).toMatchObject({ topic: 'heartbeat' });
    expect(agent.events.find(({ name }) => name === 'heartbeat')?.id).toBe('');
  });

  test('ends when its key is revoked, and only then', async () => {
    const { live, openAgent } = await start();
    const [revoked, other] = await Promise.all([openAgent(), openAgent({ keyId: 'key-2' })]);
    await Promise.all([revoked.next('init'), other.next('init')]);
    live.endKey('key-1');
    await revoked.ended;
    expect(other.response.destroyed).toBe(false);
  });

  test('is not opened for a key that is revoked while the state is read', async () => {
    const { live, source, openAgent } = await start();
    const gate = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    source.holdReads(() => {
      asked.resolve();
      return gate.promise;
    });
    const opening = openAgent();
    await asked.promise;
    live.endKey('key-1');
    gate.resolve();
    await expect(opening).rejects.toThrow();
    expect(live.listAgents()).toEqual([]);
  });

  test('is refused with 503 and a time to come back when the node has as many as it can hold', async () => {
    const { openAgent } = await start({ maxAgentStreams: 2 });
    const [first] = await Promise.all([openAgent(), openAgent()]);
    const refused = await openAgent();
    await refused.ended;
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
    expect(refused.raw()).toContain('"code":"too_many_streams"');
    first.close();
    await eventually(async () => expect((await openAgent()).status).toBe(200));
  });

  test('is refused with 429 to a key that has two for each agent that it may have, and to no other key', async () => {
    const { openAgent } = await start({ maxAgentsPerKey: 1 });
    const instanceId = '11111111-1111-4111-8111-111111111111';
    const [first] = await Promise.all([openAgent({ instanceId }), openAgent({ instanceId })]);
    for (const refused of [await openAgent({ instanceId }), await openAgent()]) {
      await refused.ended;
      expect([refused.status, refused.headers['retry-after']]).toEqual([429, '5']);
      expect(refused.raw()).toContain('"code":"too_many_streams"');
    }
    expect((await openAgent({ keyId: 'key-2' })).status).toBe(200);
    first.close();
    await eventually(async () => expect((await openAgent({ instanceId })).status).toBe(200));
  });

  test('ends with bye and a range for the return when the server closes', async () => {
    const { live, openAgent, openDashboard } = await start({ byeRetryMs: [100, 900] });
    const [agent, dashboard] = await Promise.all([openAgent(), openDashboard()]);
    await agent.next('init');
    await live.close();
    expect((await agent.next('bye')).data).toEqual({ retry_ms: [100, 900] });
    await Promise.all([agent.ended, dashboard.ended]);
    await expect(openAgent()).rejects.toThrow();
  });
});

/** What another node may have changed. */
function changeIn(environment: string | null): ChangeNotice {
  return { environment, serviceName: null, kind: null };
}
