import { mkdir, mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { keepKills } from '../../../control-server/store/keep-kills.ts';
import type { KeptKills } from '../../../control-server/store/keep-kills.ts';
import type { KillSwitchControlChange } from '../../../control-server/store/kill-switch-store.ts';
import { createReservedFile, SLOT_BYTES } from '../../../control-server/store/reserved-file.ts';
import { createSqliteStore } from '../../../control-server/store/sqlite-store.ts';
import type { Store } from '../../../control-server/store/store.ts';
import { StoreError } from '../../../control-server/store/store-error.ts';
import { createUnwrittenKillsFile } from '../../../control-server/store/unwritten-kills-file.ts';
import { parseStateVersion } from '../../../src/protocol/state-version.ts';
import { later, NOW, SHOP } from './opened-store.ts';
import { eventually } from '../../helpers/until.ts';

const KILL = {
  scope: 'global',
  serviceName: null,
  environment: null,
  instanceId: null,
  on: true,
  reason: null,
  by: 'ann',
  expiresAt: null,
} as const;
const RELEASE = { ...KILL, on: false } as const;
/** Who made it, for the audit. */
const STAMP = {
  at: NOW,
  actor: 'ann',
  actorKind: 'person',
  ip: '10.0.0.1',
  requestId: 'req-1',
  action: 'kill_switch.on',
} as const;

/** A real store that can be taken away, and what is kept over it. */
interface Node {
  readonly store: Store;
  readonly kills: KeptKills;
  readonly told: KillSwitchControlChange[];
  readonly problems: string[];
  readonly path: string;
  /**
   * What the store does when it is asked for kill switches: `refuses` for want of room, `hangs` for ever, `mumbles` by making
   * a change without ever saying so, and is then away.
   */
  mode: 'works' | 'fails' | 'refuses' | 'hangs' | 'mumbles';
  /** Another run of the node on the same data. */
  restart(mode?: Node['mode']): Promise<Node>;
}

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

async function open(mode: Node['mode'] = 'works', path?: string, patienceMs = 5_000): Promise<Node> {
  const folder = path ?? (await mkdtemp(join(tmpdir(), 'stillframe-kills-')));
  if (path === undefined) ends.push(() => rm(folder, { recursive: true }));
  const store = await createSqliteStore({ file: join(folder, 'data.db'), groupCommitMs: 1 });
  const problems: string[] = [];
  const told: KillSwitchControlChange[] = [];
  const write = <T>(run: () => Promise<T>): Promise<T> => {
    if (node.mode === 'works') return run();
    if (node.mode === 'hangs') return new Promise(() => undefined);
    return Promise.reject(new StoreError(node.mode === 'refuses' ? 'store_full' : 'store_failed', 'away'));
  };
  const kills = await keepKills(
    {
      ...store,
      listKillSwitches: () => write(() => store.listKillSwitches()),
      setKillSwitch: (wanted, at) => write(() => store.setKillSwitch(wanted, at)),
      setKillSwitchLate: (wanted, at) => write(() => store.setKillSwitchLate(wanted, at)),
      expireKillSwitches: (at) => write(() => store.expireKillSwitches(at)),
      recording(stamp) {
        const changes = store.recording(stamp);
        return {
          ...changes,
          setKillSwitch(wanted, at) {
            if (node.mode !== 'mumbles') return write(() => changes.setKillSwitch(wanted, at));
            void changes.setKillSwitch(wanted, at);
            return new Promise(() => undefined);
          },
          setKillSwitchLate: (wanted, at) => write(() => changes.setKillSwitchLate(wanted, at)),
        };
      },
    },
    {
      file: createUnwrittenKillsFile(createReservedFile(join(folder, 'unwritten-kills')), (code) =>
        problems.push(code),
      ),
      patienceMs,
      retryMs: 1,
    },
  );
  const close = async (): Promise<void> => {
    await kills.stop();
    await store.close();
  };
  const node: Node = {
    store,
    kills,
    told,
    problems,
    path: folder,
    mode,
    async restart(nextMode = 'works') {
      ends.splice(ends.indexOf(close), 1);
      await close();
      return open(nextMode, folder);
    },
  };
  ends.push(close);
  kills.start((change) => told.push(change));
  return node;
}

/** What the agents of a service are told. */
async function shown({ store, kills }: Node, ref = SHOP): Promise<{ killed: unknown; rev: number }> {
  const { killed, version } = kills.applyTo(await store.readServiceState(ref, NOW));
  return { killed, rev: parseStateVersion(version)?.rev ?? Number.NaN };
}

const NOTHING = { global: false, service: false, agents: [] };
const EVERYTHING = { ...NOTHING, global: true };

describe('while the store works', () => {
  test('a kill and its release are written before they are answered, and nothing is laid over', async () => {
    const node = await open();
    const change = await node.kills.store.setKillSwitch(KILL, NOW);
    expect(change.killSwitch).toEqual({ ...KILL, at: NOW, written: true });
    expect(await node.store.listKillSwitches()).toEqual([change.killSwitch]);
    expect((await shown(node)).killed).toEqual(EVERYTHING);
    await node.kills.store.setKillSwitch(RELEASE, later(1));
    expect((await shown(node)).killed).toEqual(NOTHING);
    expect(node.told).toEqual([]);
  });
});

describe.each(['fails', 'refuses', 'hangs'] as const)('while the store %s', (mode) => {
  const patienceMs = mode === 'hangs' ? 20 : 5_000;

  test('a kill takes effect all the same, and is listed as not written', async () => {
    const node = await open('works', undefined, patienceMs);
    const before = await shown(node);
    node.mode = mode;
    const change = await node.kills.store.setKillSwitch({ ...KILL, reason: 'fire' }, NOW);
    expect(change.killSwitch).toEqual({ ...KILL, reason: 'fire', at: NOW, written: false });
    // A version of its own: no poll that was answered before can undo it.
    expect(await shown(node)).toEqual({ killed: EVERYTHING, rev: before.rev + 1 });
    expect(await node.kills.store.listKillSwitches()).toEqual([change.killSwitch]);
  });

  test('a restart does not forget a kill, and the next run writes it', async () => {
    const node = await open('works', undefined, patienceMs);
    node.mode = mode;
    await node.kills.store.setKillSwitch(KILL, NOW);
    const stillAway = await node.restart('fails');
    expect((await shown(stillAway)).killed).toEqual(EVERYTHING);
    const back = await stillAway.restart();
    expect((await shown(back)).killed).toEqual(EVERYTHING);
    await eventually(() => expect(back.told).toHaveLength(1));
    const later = await back.restart();
    expect(later.told).toEqual([]);
    expect((await shown(later)).killed).toEqual(EVERYTHING);
  });
});

describe.each(['fails', 'refuses'] as const)('after an outage in which the store %s', (mode) => {
  test('a kill is written when the store is back, and told with its version, which never goes back', async () => {
    const node = await open();
    node.mode = mode;
    await node.kills.store.setKillSwitch(KILL, NOW);
    const during = await shown(node);
    node.mode = 'works';
    await eventually(() => expect(node.told).toHaveLength(1));
    expect(node.told[0]?.killSwitch).toEqual({ ...KILL, at: NOW, written: true });
    expect(await node.store.listKillSwitches()).toEqual([{ ...KILL, at: NOW, written: true }]);
    expect(await node.kills.store.listKillSwitches()).toEqual([{ ...KILL, at: NOW, written: true }]);
    expect(await shown(node)).toEqual(during);
  });
});

describe('a release while the store is away', () => {
  test('of a kill that was written is refused: capture stays stopped', async () => {
    const node = await open();
    await node.kills.store.setKillSwitch(KILL, NOW);
    node.mode = 'fails';
    await expect(node.kills.store.setKillSwitch(RELEASE, later(1))).rejects.toMatchObject({
      code: 'release_not_written',
    });
    expect((await shown(node)).killed).toEqual(EVERYTHING);
  });

  test('of a kill that was written and made again is refused too', async () => {
    const node = await open();
    await node.kills.store.setKillSwitch(KILL, NOW);
    node.mode = 'fails';
    await node.kills.store.setKillSwitch({ ...KILL, reason: 'again' }, later(1));
    await expect(node.kills.store.setKillSwitch(RELEASE, later(2))).rejects.toMatchObject({
      code: 'release_not_written',
    });
    expect((await shown(node)).killed).toEqual(EVERYTHING);
  });

  test('of a kill that only this node has works, and both are written in the end as one release', async () => {
    const node = await open();
    await node.kills.store.listKillSwitches();
    const before = await shown(node);
    node.mode = 'fails';
    await node.kills.store.setKillSwitch(KILL, NOW);
    const release = await node.kills.store.setKillSwitch(RELEASE, later(1));
    expect(release.killSwitch).toMatchObject({ on: false, written: false });
    expect(await shown(node)).toEqual({ killed: NOTHING, rev: before.rev + 2 });
    node.mode = 'works';
    await eventually(() => expect(node.told).toHaveLength(2));
    // Nobody is told of the kill that was released meanwhile.
    expect(node.told.map(({ killSwitch }) => killSwitch.on)).toEqual([false, false]);
    expect(await shown(node)).toEqual({ killed: NOTHING, rev: before.rev + 2 });
  });

  test('is refused when this node cannot know whether the database has the kill', async () => {
    const node = await (await open()).restart('fails');
    await node.kills.store.setKillSwitch(KILL, NOW);
    await expect(node.kills.store.setKillSwitch(RELEASE, later(1))).rejects.toMatchObject({
      code: 'release_not_written',
    });
  });
});

describe('what waits', () => {
  test('keeps its order, and each switch its own state', async () => {
    const node = await open();
    await node.store.touchService({ ...SHOP, environment: 'staging' }, NOW);
    await node.kills.store.listKillSwitches();
    node.mode = 'fails';
    const service = { ...KILL, scope: 'service', serviceName: 'shop', environment: 'staging' } as const;
    const agent = { ...KILL, scope: 'agent', instanceId: '11111111-1111-4111-8111-111111111111' } as const;
    for (const [index, wanted] of [service, agent, { ...service, on: false }, service].entries()) {
      await node.kills.store.setKillSwitch(wanted, later(index));
    }
    const here = await shown(node);
    expect(here.killed).toEqual({ ...NOTHING, agents: [agent.instanceId] });
    const staging = await shown(node, { ...SHOP, environment: 'staging' } as never);
    expect(staging.killed).toEqual({ global: false, service: true, agents: [agent.instanceId] });
    expect(await node.kills.store.listServices(NOW)).toMatchObject([
      { environment: 'staging', killed: { global: false, service: true } },
    ]);
    node.mode = 'works';
    await eventually(() => expect(node.told).toHaveLength(4));
    expect(node.told.map(({ killSwitch }) => killSwitch.scope)).toEqual([
      'service',
      'agent',
      'service',
      'service',
    ]);
    expect(await shown(node)).toEqual(here);
    expect(await shown(node, { ...SHOP, environment: 'staging' } as never)).toEqual(staging);
  });

  test('wins over an older release of another node, and gives way to a newer one', async () => {
    const node = await open();
    node.mode = 'fails';
    await node.kills.store.setKillSwitch(KILL, later(5));
    const service = { ...KILL, scope: 'service', serviceName: 'shop' } as const;
    await node.kills.store.setKillSwitch(service, later(5));
    await node.store.setKillSwitch({ ...RELEASE, by: 'bob' }, later(1));
    await node.store.setKillSwitch({ ...service, on: false, by: 'bob' }, later(9));
    node.mode = 'works';
    await eventually(() => expect(node.told).toHaveLength(2));
    expect((await shown(node)).killed).toEqual(EVERYTHING);
    expect(node.told[1]?.killSwitch).toMatchObject({ scope: 'service', on: false, by: 'bob' });
  });

  test('is in the audit, once it is written, as of who made it, over a restart too', async () => {
    const node = await open('fails');
    const change = await node.kills.store.recording(STAMP).setKillSwitch(KILL, NOW);
    expect(change.killSwitch).toEqual({ ...KILL, at: NOW, written: false });
    const back = await node.restart();
    await eventually(() => expect(back.told).toHaveLength(1));
    expect((await back.store.listAudit({})).items).toMatchObject([
      { ...STAMP, target: 'kill_switch/global', after: { on: true, by: 'ann' } },
    ]);
  });

  test('is in the audit once when its first attempt succeeded after all', async () => {
    const node = await open('works', undefined, 20);
    const before = await shown(node);
    node.mode = 'mumbles';
    const change = await node.kills.store.recording(STAMP).setKillSwitch(KILL, NOW);
    expect(change.killSwitch.written).toBe(false);
    await eventually(async () => expect(await node.store.listKillSwitches()).toHaveLength(1));
    const during = await shown(node);
    node.mode = 'works';
    await eventually(() => expect(node.told).toHaveLength(1));
    expect((await node.store.listAudit({})).items).toMatchObject([
      { ...STAMP, target: 'kill_switch/global', before: null, after: { on: true, by: 'ann' } },
    ]);
    // Both attempts counted, so nobody is told of a version that goes back.
    expect(await shown(node)).toEqual(during);
    expect(during).toEqual({ killed: EVERYTHING, rev: before.rev + 2 });
  });

  test('is in the audit also when it was released before it could be written, each change once', async () => {
    const node = await open();
    await node.kills.store.listKillSwitches();
    node.mode = 'fails';
    await node.kills.store.recording(STAMP).setKillSwitch(KILL, NOW);
    const release = { ...STAMP, at: later(1), action: 'kill_switch.off', requestId: 'req-2' } as const;
    await node.kills.store.recording(release).setKillSwitch(RELEASE, later(1));
    node.mode = 'works';
    await eventually(() => expect(node.told).toHaveLength(2));
    expect((await node.store.listAudit({})).items).toMatchObject([
      { ...release, target: 'kill_switch/global', after: { on: false } },
      { ...STAMP, target: 'kill_switch/global', after: { on: true } },
    ]);
  });

  test('ends by itself when its time is over', async () => {
    const node = await open();
    await node.kills.store.listKillSwitches();
    node.mode = 'fails';
    await node.kills.store.setKillSwitch({ ...KILL, expiresAt: later(1_000) }, NOW);
    await expect(node.kills.store.expireKillSwitches(later(999))).rejects.toThrow();
    expect((await shown(node)).killed).toEqual(EVERYTHING);
    const changes = await node.kills.store.expireKillSwitches(later(1_000));
    expect(changes.map(({ killSwitch }) => killSwitch)).toMatchObject([
      { on: false, by: 'expiry', written: false },
    ]);
    expect((await shown(node)).killed).toEqual(NOTHING);
  });

  test('refuses an end that is no instant, as the store does', async () => {
    const node = await open();
    await expect(node.kills.store.setKillSwitch({ ...KILL, expiresAt: 'soon' }, NOW)).rejects.toMatchObject({
      code: 'bad_value',
    });
    expect((await shown(node)).killed).toEqual(NOTHING);
  });
});

describe('the file of what waits', () => {
  test('has its place before it is needed, and grows no more', async () => {
    const node = await open();
    const file = join(node.path, 'unwritten-kills');
    expect((await stat(file)).size).toBe(2 * SLOT_BYTES);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    node.mode = 'fails';
    for (let count = 0; count < 5; count++) await node.kills.store.setKillSwitch(KILL, later(count));
    expect((await stat(file)).size).toBe(2 * SLOT_BYTES);
  });

  test('that was torn in the middle of a write has what was written before', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stillframe-kills-'));
    ends.push(() => rm(folder, { recursive: true }));
    const path = join(folder, 'reserved');
    const file = createReservedFile(path);
    expect(await file.read()).toBeNull();
    await file.write('one');
    await file.write('two');
    const bytes = await readFile(path);
    expect(await createReservedFile(path).read()).toBe('two');
    bytes.fill('x', 70, 90); // within the first slot, which the second write took
    await writeFile(path, bytes);
    const torn = createReservedFile(path);
    expect(await torn.read()).toBe('one');
    await torn.write('three');
    expect(await createReservedFile(path).read()).toBe('three');
    await expect(torn.write('x'.repeat(SLOT_BYTES))).rejects.toThrow(RangeError);
    expect(await createReservedFile(path).read()).toBe('three');
    await truncate(path, 10);
    expect(await createReservedFile(path).read()).toBeNull();
  });

  test('that cannot be written is one problem, and no reason to let a kill wait', async () => {
    const node = await open();
    await rm(join(node.path, 'unwritten-kills'));
    await mkdir(join(node.path, 'unwritten-kills'));
    node.mode = 'fails';
    for (const at of [NOW, later(1)]) {
      expect((await node.kills.store.setKillSwitch(KILL, at)).killSwitch.written).toBe(false);
    }
    expect((await shown(node)).killed).toEqual(EVERYTHING);
    expect(node.problems).toEqual(['kills_not_kept']);
  });
});
