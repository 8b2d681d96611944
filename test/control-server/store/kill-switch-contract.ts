import { describe, expect, test } from 'vitest';
import { isStale, parseStateVersion } from '../../../src/protocol/state-version.ts';
import { later, NOW, SHOP } from './opened-store.ts';
import type { OpenStore } from './opened-store.ts';

const GLOBAL = {
  scope: 'global',
  serviceName: null,
  environment: null,
  on: true,
  reason: 'incident',
  by: 'ann',
} as const;
const INSTANCE = '11111111-1111-4111-8111-111111111111';
const AGENT = { ...GLOBAL, scope: 'agent', instanceId: INSTANCE } as const;
/** What a switch has that was not given. */
const UNBOUND = { instanceId: null, expiresAt: null, written: true } as const;

/** The contract on kill switches. */
export function describeKillSwitches(open: OpenStore): void {
  describe('kill switches', () => {
    test('a global kill concerns every environment', async () => {
      const { store } = await open();
      await store.touchService(SHOP, NOW);
      await store.touchService({ ...SHOP, environment: 'staging' }, NOW);
      const before = parse((await store.readServiceState(SHOP, NOW)).version).rev;
      const change = await store.setKillSwitch(GLOBAL, NOW);
      expect(change.killSwitch).toEqual({ ...GLOBAL, ...UNBOUND, at: NOW });
      expect(Object.keys(change.versions).toSorted()).toEqual(['default', 'staging']);
      for (const environment of ['default', 'staging']) {
        const state = await store.readServiceState({ ...SHOP, environment }, NOW);
        expect(state.killed).toEqual({ global: true, service: false, agents: [] });
        expect(state.version).toBe(change.versions[environment]);
        expect(parse(state.version).rev).toBe(before + 1);
      }
    });

    test('an environment that appears after a global kill is killed, with a later version than before', async () => {
      const { store } = await open();
      const ref = { ...SHOP, environment: 'new' };
      const before = parse((await store.readServiceState(ref, NOW)).version);
      await store.setKillSwitch(GLOBAL, NOW);
      const after = await store.readServiceState(ref, NOW);
      expect(after.killed.global).toBe(true);
      expect(isStale(before, parse(after.version))).toBe(true);
      await store.touchService(ref, NOW);
      expect(await store.readServiceState(ref, NOW)).toEqual(after);
    });

    test.each([
      { where: 'in one environment', environment: 'default', elsewhere: false },
      { where: 'in every environment', environment: null, elsewhere: true },
    ])('a service is killed $where', async ({ environment, elsewhere }) => {
      const { store } = await open();
      await store.touchService({ ...SHOP, environment: 'staging' }, NOW);
      await store.setKillSwitch({ ...GLOBAL, scope: 'service', serviceName: 'shop', environment }, NOW);
      const killedIn = async (ref: typeof SHOP | { environment: string; serviceName: string }) =>
        (await store.readServiceState(ref, NOW)).killed.service;
      expect(await killedIn(SHOP)).toBe(true);
      expect(await killedIn({ ...SHOP, environment: 'staging' })).toBe(elsewhere);
      expect(await killedIn({ ...SHOP, serviceName: 'billing' })).toBe(false);
      expect(await store.listServices(NOW)).toMatchObject([
        { environment: 'staging', killed: { global: false, service: elsewhere } },
      ]);
    });

    test('a release is remembered as a change too', async () => {
      const { store } = await open();
      await store.setKillSwitch(GLOBAL, NOW);
      await store.setKillSwitch({ ...GLOBAL, on: false, reason: null, by: 'bob' }, later(1_000));
      expect(await store.listKillSwitches()).toEqual([
        { ...GLOBAL, ...UNBOUND, on: false, reason: null, by: 'bob', at: later(1_000) },
      ]);
      expect((await store.readServiceState(SHOP, NOW)).killed.global).toBe(false);
    });

    test('an agent is killed by its instance, whatever its service and environment, and no other', async () => {
      const { store } = await open();
      await store.touchService(SHOP, NOW);
      await store.touchService({ ...SHOP, environment: 'staging' }, NOW);
      const before = parse((await store.readServiceState(SHOP, NOW)).version);
      const change = await store.setKillSwitch(AGENT, NOW);
      expect(change.killSwitch).toEqual({ ...AGENT, at: NOW, expiresAt: null, written: true });
      expect(Object.keys(change.versions).toSorted()).toEqual(['default', 'staging']);
      const state = await store.readServiceState(SHOP, NOW);
      expect(state.killed).toEqual({ global: false, service: false, agents: [INSTANCE] });
      expect(isStale(before, parse(state.version))).toBe(true);
      expect((await store.listServices(NOW)).map(({ killed }) => killed)).toEqual([
        { global: false, service: false },
        { global: false, service: false },
      ]);
      await store.setKillSwitch({ ...AGENT, on: false }, later(1));
      expect((await store.readServiceState(SHOP, NOW)).killed.agents).toEqual([]);
    });

    test('the switches of two agents, and that of everything, are kept apart', async () => {
      const { store } = await open();
      const other = INSTANCE.replace('1', '2');
      for (const wanted of [AGENT, { ...AGENT, instanceId: other }, GLOBAL])
        await store.setKillSwitch(wanted, NOW);
      await store.setKillSwitch({ ...AGENT, on: false }, later(1));
      expect(
        (await store.listKillSwitches()).map(({ scope, instanceId, on }) => [scope, instanceId, on]),
      ).toEqual([
        ['agent', INSTANCE, false],
        ['agent', other, true],
        ['global', null, true],
      ]);
    });

    test('one with an end is released at that instant, not before, and says by what', async () => {
      const { store } = await open();
      await store.touchService(SHOP, NOW);
      await store.setKillSwitch({ ...GLOBAL, expiresAt: later(1_000) }, NOW);
      await store.setKillSwitch(AGENT, NOW);
      expect(await store.expireKillSwitches(later(999))).toEqual([]);
      const before = parse((await store.readServiceState(SHOP, NOW)).version);
      const changes = await store.expireKillSwitches(later(1_000));
      expect(changes.map(({ killSwitch }) => killSwitch)).toEqual([
        { ...GLOBAL, ...UNBOUND, on: false, by: 'expiry', at: later(1_000) },
      ]);
      const state = await store.readServiceState(SHOP, NOW);
      expect(state.killed).toEqual({ global: false, service: false, agents: [INSTANCE] });
      expect(state.version).toBe(changes[0]?.versions['default']);
      expect(isStale(before, parse(state.version))).toBe(true);
      expect(await store.expireKillSwitches(later(2_000))).toEqual([]);
    });

    test('an end that is moved or taken away counts as it was set last', async () => {
      const { store } = await open();
      await store.setKillSwitch({ ...GLOBAL, expiresAt: later(1_000) }, NOW);
      await store.setKillSwitch(GLOBAL, later(1));
      expect(await store.expireKillSwitches(later(5_000))).toEqual([]);
      await expect(store.setKillSwitch({ ...GLOBAL, expiresAt: 'soon' }, NOW)).rejects.toMatchObject({
        code: 'bad_value',
      });
      expect((await store.listKillSwitches())[0]).toMatchObject({ on: true, expiresAt: null });
    });

    test('that of an agent is forgotten a day after its release', async () => {
      const { store } = await open();
      const day = 24 * 60 * 60_000;
      await store.setKillSwitch({ ...AGENT, on: false }, NOW);
      await store.setKillSwitch({ ...GLOBAL, on: false }, NOW);
      await store.expireKillSwitches(later(day - 1));
      expect(await store.listKillSwitches()).toHaveLength(2);
      await store.expireKillSwitches(later(day));
      expect((await store.listKillSwitches()).map(({ scope }) => scope)).toEqual(['global']);
    });

    test('one that is written late wins over what is older', async () => {
      const { store } = await open();
      await store.setKillSwitch({ ...GLOBAL, on: false }, NOW);
      const change = await store.setKillSwitchLate({ ...GLOBAL, reason: 'by hand' }, later(1));
      expect(change.killSwitch).toEqual({ ...GLOBAL, ...UNBOUND, reason: 'by hand', at: later(1) });
      expect((await store.readServiceState(SHOP, NOW)).killed.global).toBe(true);
    });

    test('one that is written late leaves what is newer, and counts all the same', async () => {
      const { store } = await open();
      await store.touchService(SHOP, NOW);
      await store.setKillSwitch({ ...GLOBAL, on: false, by: 'bob' }, later(2));
      const before = parse((await store.readServiceState(SHOP, NOW)).version);
      const change = await store.setKillSwitchLate(GLOBAL, later(1));
      expect(change.killSwitch).toMatchObject({ on: false, by: 'bob', at: later(2) });
      expect((await store.readServiceState(SHOP, NOW)).killed.global).toBe(false);
      expect(parse(change.versions['default'] ?? '').rev).toBe(before.rev + 1);
    });
  });
}

function parse(version: string): { epoch: number; rev: number } {
  const parsed = parseStateVersion(version);
  if (parsed === null) throw new Error(`"${version}" is no state version`);
  return parsed;
}
