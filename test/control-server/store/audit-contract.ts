import { describe, expect, test } from 'vitest';
import type { AuditStamp, NewAuditEntry } from '../../../control-server/store/audit-store.ts';
import { CHECKOUT, later, NOW } from './opened-store.ts';
import type { OpenStore } from './opened-store.ts';
import { snapshotsOf } from './snapshots-of.ts';
import { ANN, BOB, KEY, TOKEN } from './stored-people.ts';

const STAMP: AuditStamp = {
  at: NOW,
  actor: 'ann',
  actorKind: 'person',
  ip: '10.0.0.1',
  requestId: 'req-1',
  action: 'key.create',
};
const VIEW: NewAuditEntry = {
  ...STAMP,
  action: 'snapshot.view',
  target: 'snapshot/s1',
  before: null,
  after: null,
};
const SHOP_CHECKOUT = { environment: 'default', serviceName: 'shop', label: 'checkout' };

/** The contract on the audit: what is in it, and what never gets in. */
export function describeAudit(open: OpenStore): void {
  describe('the audit', () => {
    test('keeps an entry as it was written, also over a restart', async () => {
      const { store, reopen } = await open();
      await store.recordAudit({ ...VIEW, before: { n: 1 }, after: ['a\r\nb', null] });
      const { items, nextCursor } = await (await reopen()).listAudit({});
      expect(items).toEqual([
        { ...VIEW, id: expect.any(String) as unknown, before: { n: 1 }, after: ['a\r\nb', null] },
      ]);
      expect(nextCursor).toBeNull();
    });

    test('is written together with the change that it tells of', async () => {
      const { store } = await open();
      await store.recording(STAMP).createKey(KEY);
      const { items } = await store.listAudit({});
      const { secretHash: _, ...shown } = KEY;
      expect(items).toEqual([
        { ...STAMP, id: expect.any(String) as unknown, target: 'key/k1', before: null, after: shown },
      ]);
    });

    test('has no entry of a change that failed, or that changed nothing', async () => {
      const { store } = await open();
      const changes = store.recording(STAMP);
      await store.createKey(KEY);
      await store.createUser(ANN);
      await Promise.allSettled([
        changes.createKey(KEY),
        changes.createUser({ ...BOB, name: 'ann' }),
        changes.updateUser('u1', { role: 'viewer' }),
        changes.updateUser('u1', { role: 'admin' }),
        changes.revokeKey('none', NOW),
        changes.deleteUser('none'),
        changes.patchBreakpoint('none', { enabled: false }, null, NOW),
        changes.deleteSnapshot('none'),
        changes.expireBreakpoints(NOW),
      ]);
      expect((await store.listAudit({})).items).toEqual([]);
    });

    test('says what a breakpoint was and what it became', async () => {
      const { store } = await open();
      const created = await store.recording(STAMP).createBreakpoint(SHOP_CHECKOUT, NOW);
      if (created.kind === 'kill_switch') throw new Error('no breakpoint');
      const { id } = created.breakpoint;
      const changed = await store.recording(STAMP).patchBreakpoint(id, { enabled: false }, null, later(1));
      await store.recording(STAMP).deleteBreakpoint(id, null, later(2));
      if (changed === null || changed.kind === 'kill_switch') throw new Error('no breakpoint');
      const { items } = await store.listAudit({ target: `breakpoint/${id}` });
      expect(items.map(({ before, after }) => ({ before, after }))).toEqual([
        { before: changed.breakpoint, after: null },
        { before: created.breakpoint, after: changed.breakpoint },
        { before: null, after: created.breakpoint },
      ]);
    });

    test('tells of a label that registered itself, once', async () => {
      const { store } = await open();
      const changes = store.recording({ ...STAMP, actor: 'key k1', actorKind: 'key' });
      await changes.registerLabel('default', CHECKOUT, NOW);
      await changes.registerLabel('default', CHECKOUT, NOW);
      expect((await store.listAudit({})).items).toMatchObject([
        { actorKind: 'key', after: { origin: 'agent' } },
      ]);
    });

    test('tells of kill switches, expiries, settings, accounts, tokens and snapshots', async () => {
      const { store } = await open();
      const changes = store.recording(STAMP);
      const killSwitch = { scope: 'service', serviceName: 'shop', environment: null, reason: null } as const;
      await changes.setKillSwitch({ ...killSwitch, on: true, by: 'ann' }, NOW);
      await changes.setKillSwitch({ ...killSwitch, on: false, by: 'ann' }, NOW);
      await store.createBreakpoint({ ...SHOP_CHECKOUT, expireAt: later(1) }, NOW);
      await changes.expireBreakpoints(later(1));
      await changes.writeSettingsDocument(null, '{"viewersSeeValues":true}', null, 'ann', NOW);
      await changes.createUser(ANN);
      await changes.createUser(BOB);
      await changes.updateUser('u2', { role: 'operator' });
      await changes.createInvitation({ codeHash: 'aa', userId: 'u2', expiresAt: later(1_000) });
      await changes.redeemInvitation('aa', 'hash', NOW);
      await changes.createToken(TOKEN);
      await changes.revokeToken('t1', NOW);
      await changes.deleteUser('u2');
      await store.storeSnapshots('default', snapshotsOf(1), NOW);
      const [snapshot] = (await store.listSnapshots({})).items;
      await changes.deleteSnapshot(snapshot?.id ?? '');
      const { items } = await store.listAudit({});
      expect(items.toReversed().map(({ target, before, after }) => [target, before, after])).toMatchObject([
        ['kill_switch/service/shop', null, { on: true }],
        ['kill_switch/service/shop', { on: true }, { on: false }],
        [expect.stringMatching(/^breakpoint\//) as unknown, null, { enabled: false }],
        ['settings', null, { viewersSeeValues: true }],
        ['user/u1', null, { name: 'ann' }],
        ['user/u2', null, { name: 'bob', role: 'viewer' }],
        ['user/u2', { role: 'viewer' }, { role: 'operator' }],
        ['user/u2', null, { invitedUntil: later(1_000) }],
        ['user/u2', null, { name: 'bob' }],
        ['token/t1', null, { role: 'viewer' }],
        ['token/t1', { name: 'ci' }, { revokedAt: NOW }],
        ['user/u2', { name: 'bob' }, null],
        [`snapshot/${snapshot?.id}`, null, null],
      ]);
    });

    test('holds no hash of a secret, on either side', async () => {
      const { store } = await open();
      const changes = store.recording(STAMP);
      await changes.createKey(KEY);
      await changes.replaceKey('k1', { ...KEY, id: 'k2' }, later(1), NOW);
      await changes.revokeKey('k2', NOW);
      await changes.createUser(ANN);
      await changes.updateUser('u1', { passwordHash: 'scrypt$other' });
      await changes.createToken(TOKEN);
      await changes.replaceToken('t1', { ...TOKEN, id: 't2' }, later(1), NOW);
      const text = JSON.stringify(await store.listAudit({}));
      for (const secret of [KEY.secretHash, TOKEN.secretHash, 'scrypt$']) expect(text).not.toContain(secret);
    });

    test('is found by actor, action, subject, target and time', async () => {
      const { store } = await open();
      await store.recordAudit(VIEW);
      await store.recordAudit({ ...VIEW, at: later(10), actor: 'bob', target: 'snapshot/s2' });
      await store.recordAudit({ ...VIEW, at: later(20), action: 'snapshot.delete' });
      await store.recordAudit({ ...VIEW, at: later(30), action: 'snapshots.export' });
      const found = async (query: Parameters<typeof store.listAudit>[0]) =>
        (await store.listAudit(query)).items.map(({ at }) => Date.parse(at) - Date.parse(NOW));
      expect(await found({})).toEqual([30, 20, 10, 0]);
      expect(await found({ actor: 'bob' })).toEqual([10]);
      expect(await found({ action: 'snapshot.view' })).toEqual([10, 0]);
      expect(await found({ action: 'snapshot.' })).toEqual([20, 10, 0]);
      expect(await found({ action: 'snapshot' })).toEqual([]);
      for (const wildcards of ['%.', 'snapsho_.', 's*.', "' OR 1=1 --."]) {
        expect(await found({ action: wildcards }), wildcards).toEqual([]);
      }
      expect(await found({ target: 'snapshot/s1' })).toEqual([30, 20, 0]);
      expect(await found({ from: later(10), to: later(30) })).toEqual([20, 10]);
    });

    test('comes in pages, without a gap or a repetition while entries arrive', async () => {
      const { store } = await open();
      for (const n of [1, 2, 3, 4, 5]) await store.recordAudit({ ...VIEW, target: `snapshot/${n}` });
      const first = await store.listAudit({ limit: 2 });
      await store.recordAudit({ ...VIEW, target: 'snapshot/6' });
      const second = await store.listAudit({ limit: 2, cursor: first.nextCursor ?? '' });
      const third = await store.listAudit({ limit: 2, cursor: second.nextCursor ?? '' });
      const targets = [first, second, third].flatMap(({ items }) => items.map(({ target }) => target));
      expect(targets).toEqual([5, 4, 3, 2, 1].map((n) => `snapshot/${n}`));
      expect(third.nextCursor).toBeNull();
      await expect(store.listAudit({ cursor: "au-1' OR 1=1" })).rejects.toMatchObject({ code: 'bad_cursor' });
    });

    test('is kept for as long as it should be, and no longer', async () => {
      const { store } = await open({ maxAuditAgeMs: 60_000 });
      await store.recordAudit(VIEW);
      await store.recordAudit({ ...VIEW, at: later(1) });
      await store.sweep(later(60_000));
      expect((await store.listAudit({})).items).toHaveLength(2);
      await store.sweep(later(60_001));
      expect((await store.listAudit({})).items.map(({ at }) => at)).toEqual([later(1)]);
    });
  });
}
