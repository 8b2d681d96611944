import { afterEach, describe, expect, test } from 'vitest';
import { breakpoint } from './state-source.ts';
import { startLive } from './live-server.ts';
import type { LiveServer } from './live-server.ts';
import { fieldsOf } from './stream-reader.ts';
import type { StreamReader } from './stream-reader.ts';

const FOREIGN = { userAgent: 'Java/17.0.15' };
const INSTANCE = '11111111-1111-4111-8111-111111111111';

const servers: LiveServer[] = [];
async function start(options?: Parameters<typeof startLive>[0]): Promise<LiveServer> {
  const server = await startLive(options);
  servers.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** Name and the interesting part of each event so far. */
function seen(reader: StreamReader): unknown[][] {
  return reader.events.map((event) => {
    const { id, enabled } = fieldsOf(event);
    return [event.name, ...[id, enabled].filter((part) => part !== undefined)];
  });
}

/** A stream that was open and is closed, and the last version that it was told. */
async function leave(reader: StreamReader): Promise<string> {
  await reader.next('init');
  reader.close();
  await reader.ended;
  return reader.events.findLast(({ id }) => id !== '')?.id ?? '';
}

describe('a stream that comes back', () => {
  test('is told only what it missed, then a heartbeat: nothing else is outstanding', async () => {
    const { live, source, openAgent } = await start();
    for (const id of ['a', 'b', 'c']) source.put(breakpoint({ id }));
    // Somebody else listens meanwhile, so the state is read at each change.
    const other = await openAgent();
    const version = await leave(await openAgent());
    await live.publish(source.put(breakpoint({ id: 'b', enabled: false })));
    await live.publish(source.remove('c'));
    await live.publish(source.put(breakpoint({ id: 'd' })));
    await live.publish(source.setKill('service', true));
    await other.next('kill_switch');
    const back = await openAgent({}, version);
    await back.next('heartbeat');
    expect(seen(back)).toEqual([
      ['kill_switch', true],
      ['breakpoint_updated', 'b', false],
      ['breakpoint_deleted', 'c'],
      ['breakpoint_updated', 'd', true],
      ['heartbeat'],
    ]);
    expect(back.events.at(-2)?.id).toBe(source.version());
  });

  test('is told nothing but a heartbeat when it missed nothing, and then every change', async () => {
    const { live, source, openAgent } = await start();
    source.put(breakpoint({ id: 'a' }));
    const version = await leave(await openAgent());
    const back = await openAgent({}, version);
    await back.next('heartbeat');
    await live.publish(source.put(breakpoint({ id: 'b' })));
    await back.next('breakpoint_created');
    expect(seen(back)).toEqual([['heartbeat'], ['breakpoint_created', 'b', true]]);
  });

  test('learns what changed while nobody listened', async () => {
    const { live, source, openAgent } = await start();
    const version = await leave(await openAgent());
    await live.publish(source.put(breakpoint({ id: 'a' })));
    const back = await openAgent({}, version);
    await back.waitFor((event) => fieldsOf(event)['id'] === 'a');
    expect(back.events.map(({ name }) => name)).not.toContain('init');
  });

  test('learns of its own kill, and another agent of none', async () => {
    const { live, source, openAgent } = await start();
    const [stopped, running] = [
      await leave(await openAgent({ instanceId: INSTANCE })),
      await leave(await openAgent()),
    ];
    await live.publish(source.setKill('agent', true, INSTANCE));
    const back = await openAgent({ instanceId: INSTANCE }, stopped);
    await back.next('heartbeat');
    expect(seen(back)).toEqual([['kill_switch', true], ['heartbeat']]);
    const other = await openAgent({}, running);
    await other.next('heartbeat');
    expect(seen(other)).toEqual([['kill_switch', false], ['heartbeat']]);
  });

  test.each([
    ['another epoch', '1600000000000-1'],
    ['a later epoch', '1800000000000-0'],
    ['a version that nobody has given out', '1700000000000-99'],
    ['one from before this node began', '1700000000000-1'],
    ['no version', 'abc'],
    ['an endless one', `1700000000000-${'1'.repeat(200)}`],
  ])('gets the whole state for %s', async (_case, version) => {
    const { source, openAgent } = await start();
    for (const id of ['a', 'b', 'c']) source.put(breakpoint({ id }));
    await openAgent();
    const back = await openAgent({}, version);
    await back.next('init');
    expect(seen(back)).toEqual([['init']]);
  });

  test('of another language gets the whole state, whatever a library of it sends', async () => {
    const { openAgent } = await start();
    const version = await leave(await openAgent(FOREIGN));
    expect((await (await openAgent(FOREIGN, version)).next('init')).id).toBe(version);
  });

  test('with a version that this node has not heard of makes it read again', async () => {
    const { source, openAgent } = await start();
    await openAgent();
    // Committed by another node; this one was not told.
    source.put(breakpoint({ id: 'a' }));
    const back = await openAgent({}, source.version());
    await back.next('heartbeat');
    expect(seen(back).at(-1)).toEqual(['heartbeat']);
    const newcomer = await openAgent();
    expect((await newcomer.next('init')).data).toMatchObject({ breakpoints: [{ id: 'a' }] });
  });

  test('after more changes than are remembered gets the whole state', async () => {
    const { live, source, openAgent } = await start();
    const version = await leave(await openAgent());
    await openAgent();
    for (let count = 0; count < 501; count++) {
      await live.publish(source.put(breakpoint({ id: 'a', condition: `x > ${count}` })));
    }
    const late = await openAgent({}, version);
    await late.next('init');
    const recent = await openAgent({}, source.version());
    await recent.next('heartbeat');
    expect(seen(recent)).toEqual([['heartbeat']]);
  });

  test('that was cut off within several events is told all of them again', async () => {
    const { live, source, openAgent } = await start();
    const reader = await openAgent();
    const first = await reader.next('init');
    source.put(breakpoint({ id: 'a' }));
    await live.publish(source.put(breakpoint({ id: 'b' })));
    await reader.waitFor((event) => fieldsOf(event)['id'] === 'b');
    // Only behind the last of them the client knows the version.
    expect(reader.events.map(({ id }) => id)).toEqual([first.id, first.id, source.version()]);
    const back = await openAgent({}, first.id);
    await back.next('heartbeat');
    expect(seen(back).map(([, id]) => id)).toEqual(['a', 'b', undefined]);
  });
});

describe('the age of a stream', () => {
  test.each([
    [0, 480_000],
    [0.5, 600_000],
    [1, 720_000],
  ])('with chance %d is at most %d ms, and it ends with bye', async (chance, ageMs) => {
    let nowMs = 1_700_000_000_000;
    const { openAgent } = await start({ now: () => nowMs, random: () => chance, heartbeatMs: 10 });
    const reader = await openAgent();
    nowMs += ageMs - 1;
    await reader.next('heartbeat');
    await reader.next('heartbeat');
    expect(seen(reader).map(([name]) => name)).not.toContain('bye');
    nowMs += 1;
    expect((await reader.next('bye')).data).toEqual({ retry_ms: [0, 500] });
    await reader.ended;
  });
});

describe('a drain', () => {
  test('ends the streams one after the other, each with bye, and takes no new one', async () => {
    const { live, openAgent } = await start();
    const readers = await Promise.all(Array.from({ length: 9 }, () => openAgent()));
    await Promise.all(readers.map((reader) => reader.next('init')));
    const order: number[] = [];
    const ended = readers.map(async (reader, index) => {
      await reader.next('bye');
      await reader.ended;
      order.push(index);
    });
    const drained = live.drain(300);
    await Promise.any(ended);
    expect(order.length).toBeLessThan(9);
    const refused = await openAgent();
    await refused.ended;
    expect([refused.status, refused.headers['retry-after']]).toEqual([503, '5']);
    expect(refused.raw()).toContain('"code":"closing"');
    await Promise.all([drained, ...ended]);
    expect(order).toHaveLength(9);
  });

  test('without streams is over at once, and with no time to spread them too', async () => {
    const { live } = await start();
    await live.drain(3_600_000);
    const immediate = await start();
    const readers = await Promise.all([immediate.openAgent(), immediate.openAgent()]);
    await immediate.live.drain(0);
    await Promise.all(readers.map((reader) => reader.next('bye')));
  });

  test('is cut short when the node closes', async () => {
    const { live, openAgent } = await start();
    const readers = await Promise.all([openAgent(), openAgent(), openAgent()]);
    const drained = live.drain(3_600_000);
    await live.close();
    await Promise.all([drained, ...readers.map((reader) => reader.ended)]);
    for (const reader of readers) expect(seen(reader).at(-1)?.[0]).toBe('bye');
  });

  test('still tells a kill to those who are connected', async () => {
    const { live, source, openAgent } = await start();
    const readers = await Promise.all([openAgent(), openAgent(), openAgent()]);
    await Promise.all(readers.map((reader) => reader.next('init')));
    const drained = live.drain(3_600_000);
    await live.publish(source.setKill('global', true));
    await Promise.all(readers.slice(1).map((reader) => reader.next('kill_switch')));
    await live.close();
    await drained;
  });
});
