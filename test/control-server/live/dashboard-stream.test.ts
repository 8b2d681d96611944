import { afterEach, describe, expect, test, vi } from 'vitest';
import type { DashboardHint } from '../../../src/protocol/api.ts';
import { createHintBoard, mergeHints } from '../../../control-server/live/hint-board.ts';
import { breakpoint } from './state-source.ts';
import { startLive } from './live-server.ts';
import type { LiveServer } from './live-server.ts';
import { eventually } from '../../helpers/until.ts';

const servers: LiveServer[] = [];
async function start(): Promise<LiveServer> {
  const server = await startLive({ hintIntervalMs: 20, now: () => 1_795_000_000_000 });
  servers.push(server);
  return server;
}
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

describe('a dashboard stream', () => {
  test('begins with hello', async () => {
    const { openDashboard } = await start();
    const dashboard = await openDashboard();
    expect((await dashboard.next('hello')).data).toEqual({
      topic: 'hello',
      serverVersion: '0.1.0',
      startedAt: new Date(1_795_000_000_000).toISOString(),
    });
  });

  test('hears of changed breakpoints, kill switches and whatever is hinted, named by topic', async () => {
    const { live, source, openDashboard } = await start();
    const dashboard = await openDashboard();
    await live.publish(source.put(breakpoint({ id: 'a' })));
    expect((await dashboard.next('breakpoints')).data).toEqual({ topic: 'breakpoints' });
    await live.publish(source.setKill('global', true));
    expect((await dashboard.next('kill_switch')).data).toEqual({ topic: 'kill_switch' });
    live.hint({ topic: 'keys' });
    expect((await dashboard.next('keys')).data).toEqual({ topic: 'keys' });
  });

  test('ends when its session ends, and does not come back with it', async () => {
    const { live, openDashboard } = await start();
    const [signedOut, other] = await Promise.all([openDashboard('one'), openDashboard('two')]);
    await Promise.all([signedOut.next('hello'), other.next('hello')]);
    live.endSession('one');
    await signedOut.ended;
    expect(other.response.destroyed).toBe(false);
    await expect(openDashboard('one')).rejects.toThrow();
  });

  test('of the command line belongs to no session, and ends with none', async () => {
    const { live, openDashboard } = await start();
    const commandLine = await openDashboard(null);
    await commandLine.next('hello');
    for (const name of ['local', 'null', '']) live.endSession(name);
    live.hint({ topic: 'keys' });
    await commandLine.next('keys');
    const another = await openDashboard(null);
    await another.next('hello');
  });
});

describe('too many dashboard streams', () => {
  test('of one session are refused with 429 and a next step, while other sessions come in', async () => {
    const { openDashboard } = await start();
    const readers = await Promise.all(Array.from({ length: 32 }, () => openDashboard('busy')));
    expect(new Set(readers.map(({ status }) => status))).toEqual(new Set([200]));
    const refused = await openDashboard('busy');
    await refused.ended;
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '5']);
    expect(refused.raw()).toContain('"code":"too_many_streams"');
    expect((await openDashboard('quiet')).status).toBe(200);
    readers[0]?.close();
    await eventually(async () => expect((await openDashboard('busy')).status).toBe(200));
  });
});

describe('hints', () => {
  const snapshots = (count: number, cursor: string, ...services: string[]): DashboardHint => ({
    topic: 'snapshots',
    count,
    cursor,
    services,
  });

  test('of snapshots merge: counts added, the newest cursor, each service once', () => {
    expect(mergeHints(snapshots(2, 'a', 'shop'), snapshots(3, 'b', 'shop', 'api'))).toEqual(
      snapshots(5, 'b', 'shop', 'api'),
    );
    expect(mergeHints(undefined, snapshots(1, 'a', 'shop'))).toEqual(snapshots(1, 'a', 'shop'));
  });

  test('go out at once when it was quiet, and at most once in the interval for each topic', () => {
    vi.useFakeTimers();
    const sent: DashboardHint[] = [];
    const board = createHintBoard({ intervalMs: 250, send: (hint) => sent.push(hint) });
    board.add(snapshots(1, 'a', 'shop'));
    expect(sent.splice(0)).toEqual([snapshots(1, 'a', 'shop')]);
    for (const cursor of ['b', 'c', 'd']) board.add(snapshots(1, cursor, 'shop'));
    board.add({ topic: 'agents' });
    board.add({ topic: 'agents' });
    vi.advanceTimersByTime(249);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(sent.splice(0)).toEqual([snapshots(3, 'd', 'shop'), { topic: 'agents' }]);
    vi.advanceTimersByTime(1_000);
    expect(sent).toEqual([]);
    board.add({ topic: 'agents' });
    expect(sent).toEqual([{ topic: 'agents' }]);
  });

  test('stop with the board', () => {
    vi.useFakeTimers();
    const sent: DashboardHint[] = [];
    const board = createHintBoard({ intervalMs: 250, send: (hint) => sent.push(hint) });
    board.add({ topic: 'agents' });
    board.add({ topic: 'agents' });
    board.close();
    vi.advanceTimersByTime(1_000);
    board.add({ topic: 'agents' });
    expect(sent).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });
});
