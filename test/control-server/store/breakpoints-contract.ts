import { describe, expect, test } from 'vitest';
import { MAX_BREAKPOINTS_PER_SERVICE } from '../../../src/protocol/limits.ts';
import { CHECKOUT, later, NOW, SHOP } from './opened-store.ts';
import type { OpenStore } from './opened-store.ts';
import { snapshotsOf } from './snapshots-of.ts';

const BY_PERSON = { environment: 'default', serviceName: 'shop', label: 'checkout' } as const;

/** The contract on breakpoints of agents and of people. */
export function describeBreakpoints(open: OpenStore): void {
  describe('text that no database gives back', () => {
    test.each([
      ['a NUL', 'place\0Order', 'place\ufffdOrder'],
      ['half of a surrogate pair', 'place\ud83dOrder', 'place\ufffdOrder'],
    ])(
      'such as %s is replaced where it stands, in the answer too, and is known again',
      async (_, text, kept) => {
        const { store } = await open();
        const registration = { ...CHECKOUT, functionName: text, filePath: `/app/${text}.ts` };
        const first = await store.registerLabel('default', registration, NOW);
        const { breakpoint } = first;
        expect(breakpoint).toMatchObject({ functionName: kept, filePath: `/app/${kept}.ts` });
        expect(await store.readBreakpoint(breakpoint.id)).toEqual(breakpoint);
        const again = await store.registerLabel('default', registration, NOW);
        expect(again).toMatchObject({ created: false, breakpoint });
        const snapshots = snapshotsOf(2, { functionName: text });
        await store.storeSnapshots('default', snapshots, NOW);
        expect(await store.readBreakpoint(breakpoint.id)).toMatchObject({ captureCount: 2 });
        await store.indexTexts();
        const { items } = await store.listSnapshots({ q: kept });
        expect(items.map(({ functionName }) => functionName)).toEqual([kept, kept]);
        expect(await store.readSnapshot('id-1')).toMatchObject({ functionName: text });
      },
    );
  });

  describe('registration of a label', () => {
    test('makes an enabled breakpoint without a limit', async () => {
      const { store } = await open();
      const registered = await store.registerLabel('default', CHECKOUT, NOW);
      expect(registered).toMatchObject({
        created: true,
        breakpoint: {
          ...CHECKOUT,
          environment: 'default',
          enabled: true,
          mode: 'snapshot',
          condition: null,
          maxCaptures: 0,
          captureCount: 0,
          expireAt: null,
          captureExpressions: [],
          version: 1,
          origin: 'agent',
          createdAt: NOW,
          updatedAt: NOW,
          lastHitAt: null,
        },
        change: { kind: 'breakpoint_created' },
      });
      expect(await store.readBreakpoint(registered.breakpoint.id)).toEqual(registered.breakpoint);
    });

    test('a second time changes nothing', async () => {
      const { store } = await open();
      const first = await store.registerLabel('default', CHECKOUT, NOW);
      const second = await store.registerLabel('default', CHECKOUT, later(1_000));
      expect(second).toEqual({ created: false, breakpoint: first.breakpoint, change: null });
    });

    test('of many instances at once makes one breakpoint', async () => {
      const { store } = await open();
      const registered = await Promise.all(
        Array.from({ length: 20 }, () => store.registerLabel('default', CHECKOUT, NOW)),
      );
      expect(registered.filter(({ created }) => created)).toHaveLength(1);
      expect(new Set(registered.map(({ breakpoint }) => breakpoint.id)).size).toBe(1);
    });

    test("fills in the call site of a person's breakpoint instead of making a second", async () => {
      const { store } = await open();
      const created = await store.createBreakpoint({ ...BY_PERSON, condition: 'total > 1' }, NOW);
      const registered = await store.registerLabel('default', CHECKOUT, later(1_000));
      expect(registered).toMatchObject({
        created: false,
        breakpoint: { ...CHECKOUT, condition: 'total > 1', version: 2, origin: 'person' },
        change: { kind: 'breakpoint_updated' },
      });
      expect(registered.breakpoint.id).toBe(idOf(created));
      const again = await store.registerLabel('default', CHECKOUT, later(2_000));
      expect(again).toEqual({ created: false, breakpoint: registered.breakpoint, change: null });
      expect(await store.listBreakpoints({})).toHaveLength(1);
    });

    test('in another function makes a breakpoint of its own', async () => {
      const { store } = await open();
      await store.registerLabel('default', CHECKOUT, NOW);
      const other = await store.registerLabel('default', { ...CHECKOUT, functionName: 'retryOrder' }, NOW);
      expect(other.created).toBe(true);
    });

    test('without a function name never makes a second one of its label, nor does one after it', async () => {
      const { store } = await open();
      const topLevel = { ...CHECKOUT, functionName: '' };
      await store.registerLabel('default', topLevel, NOW);
      expect((await store.registerLabel('default', CHECKOUT, NOW)).created).toBe(false);
      await store.registerLabel('default', { ...CHECKOUT, label: 'refund' }, NOW);
      const refund = { ...topLevel, label: 'refund' };
      expect((await store.registerLabel('default', refund, NOW)).created).toBe(false);
      expect(await store.listBreakpoints({})).toHaveLength(2);
    });

    test('keeps environments and services apart', async () => {
      const { store } = await open();
      await store.registerLabel('default', CHECKOUT, NOW);
      expect((await store.registerLabel('staging', CHECKOUT, NOW)).created).toBe(true);
      const billing = { ...CHECKOUT, serviceName: 'billing' };
      expect((await store.registerLabel('default', billing, NOW)).created).toBe(true);
      expect(await store.listBreakpoints({ environment: 'staging' })).toHaveLength(1);
      expect(await store.listBreakpoints({ serviceName: 'shop' })).toHaveLength(2);
      expect(await store.listBreakpoints(SHOP)).toHaveLength(1);
    });
  });

  describe("a person's breakpoint", () => {
    test('has everything that was asked for', async () => {
      const { store } = await open();
      const change = await store.createBreakpoint(
        {
          environment: 'default',
          serviceName: 'shop',
          filePath: '/app/src/order.ts',
          lineNumber: 7,
          enabled: false,
          mode: 'logpoint',
          condition: 'a == "ü"',
          maxCaptures: 5,
          expireAt: '2026-11-22T12:00:00+02:00',
          stackDepth: 3,
          maxDepth: 2,
          maxPayloadBytes: 4_096,
          captureExpressions: ['cart.total'],
          logMessage: 'total {cart.total}',
        },
        NOW,
      );
      expect(change).toMatchObject({
        kind: 'breakpoint_created',
        breakpoint: {
          label: null,
          functionName: '',
          filePath: '/app/src/order.ts',
          lineNumber: 7,
          enabled: false,
          mode: 'logpoint',
          condition: 'a == "ü"',
          maxCaptures: 5,
          captureCount: 0,
          expireAt: '2026-11-22T10:00:00.000Z',
          stackDepth: 3,
          maxDepth: 2,
          maxPayloadBytes: 4_096,
          captureExpressions: ['cart.total'],
          logMessage: 'total {cart.total}',
          version: 1,
          origin: 'person',
        },
      });
    });

    test.each([
      { what: 'a label', place: { label: 'checkout' } },
      { what: 'a line', place: { filePath: '/app/src/order.ts', lineNumber: 7 } },
      { what: 'a column', place: { filePath: '/app/src/order.ts', lineNumber: 7, columnNumber: 3 } },
    ])('exists once for $what', async ({ place }) => {
      const { store } = await open();
      const wanted = { environment: 'default', serviceName: 'shop', ...place };
      await store.createBreakpoint(wanted, NOW);
      await expect(store.createBreakpoint(wanted, NOW)).rejects.toMatchObject({ code: 'breakpoint_exists' });
      await store.createBreakpoint({ ...wanted, environment: 'staging' }, NOW);
      expect(await store.listBreakpoints({})).toHaveLength(2);
    });

    test('keeps its column, beside others on the same line, and lists them in their order', async () => {
      const { store } = await open();
      const line = { environment: 'default', serviceName: 'shop', filePath: '/app/a.ts', lineNumber: 7 };
      await store.createBreakpoint({ ...line, columnNumber: 30 }, NOW);
      await store.createBreakpoint({ ...line, columnNumber: 4 }, NOW);
      await store.createBreakpoint(line, NOW);
      const listed = await store.listBreakpoints({});
      expect(listed.map(({ columnNumber }) => columnNumber)).toEqual([undefined, 4, 30]);
      const [, second] = listed;
      const changed = await store.patchBreakpoint(second?.id ?? '', { enabled: false }, null, NOW);
      expect(changed).toMatchObject({ breakpoint: { columnNumber: 4, enabled: false } });
    });

    test('is refused for a label that registered itself', async () => {
      const { store } = await open();
      await store.registerLabel('default', CHECKOUT, NOW);
      await expect(store.createBreakpoint(BY_PERSON, NOW)).rejects.toMatchObject({
        code: 'breakpoint_exists',
      });
    });

    test.each([
      {},
      { label: '' },
      { filePath: '/a.ts' },
      { filePath: '/a.ts', lineNumber: 0 },
      { lineNumber: 3 },
    ])('is refused without a place: %j', async (place) => {
      const { store } = await open();
      const wanted = { environment: 'default', serviceName: 'shop', ...place };
      await expect(store.createBreakpoint(wanted, NOW)).rejects.toMatchObject({ code: 'bad_value' });
      expect(await store.listServices(NOW)).toEqual([]);
    });

    test('is refused with an expiry that is no instant', async () => {
      const { store } = await open();
      const wanted = { ...BY_PERSON, expireAt: 'soon' };
      await expect(store.createBreakpoint(wanted, NOW)).rejects.toMatchObject({
        code: 'bad_value',
        message: expect.stringContaining('expireAt'),
      });
    });
  });

  test('a service has at most as many breakpoints as the limit says', { timeout: 120_000 }, async () => {
    const { store } = await open();
    const register = (index: number) =>
      store.registerLabel('default', { ...CHECKOUT, label: `label ${index}` }, NOW);
    await Promise.all(Array.from({ length: MAX_BREAKPOINTS_PER_SERVICE - 1 }, (_, index) => register(index)));
    expect((await register(MAX_BREAKPOINTS_PER_SERVICE)).created).toBe(true);
    const refusal = { code: 'too_many_breakpoints' };
    await expect(register(MAX_BREAKPOINTS_PER_SERVICE + 1)).rejects.toMatchObject(refusal);
    await expect(store.createBreakpoint(BY_PERSON, NOW)).rejects.toMatchObject(refusal);
    expect((await register(0)).created).toBe(false);
    await store.createBreakpoint({ ...BY_PERSON, environment: 'staging' }, NOW);
  });

  describe('a patch', () => {
    test('changes what it names and counts the version', async () => {
      const { store } = await open();
      const created = idOf(
        await store.createBreakpoint(
          { ...BY_PERSON, condition: 'a', expireAt: later(5_000), maxCaptures: 3 },
          NOW,
        ),
      );
      const change = await store.patchBreakpoint(
        created,
        { condition: null, stackDepth: 4 },
        1,
        later(1_000),
      );
      expect(change).toMatchObject({
        kind: 'breakpoint_updated',
        breakpoint: {
          condition: null,
          stackDepth: 4,
          expireAt: later(5_000),
          maxCaptures: 3,
          version: 2,
          createdAt: NOW,
          updatedAt: later(1_000),
        },
      });
      expect(await store.readBreakpoint(created)).toMatchObject({ stackDepth: 4, version: 2 });
      await store.patchBreakpoint(created, { expireAt: null }, null, NOW);
      expect(await store.readBreakpoint(created)).toMatchObject({ expireAt: null });
    });

    test('of a version that was not seen is refused', async () => {
      const { store } = await open();
      const { breakpoint } = await store.registerLabel('default', CHECKOUT, NOW);
      await store.patchBreakpoint(breakpoint.id, { enabled: false }, 1, NOW);
      await expect(store.patchBreakpoint(breakpoint.id, { enabled: true }, 1, NOW)).rejects.toMatchObject({
        code: 'version_mismatch',
      });
      expect(await store.readBreakpoint(breakpoint.id)).toMatchObject({ enabled: false, version: 2 });
    });

    test('of one that does not exist is null, and so is its deletion', async () => {
      const { store } = await open();
      expect(await store.patchBreakpoint('none', { enabled: false }, null, NOW)).toBeNull();
      expect(await store.deleteBreakpoint('none', null, NOW)).toBeNull();
      expect(await store.readBreakpoint('none')).toBeNull();
    });
  });

  test('is deleted only at the version that was seen, whatever happens at the same time', async () => {
    const { store } = await open();
    const { breakpoint } = await store.registerLabel('default', CHECKOUT, NOW);
    const [patched, deleted] = await Promise.allSettled([
      store.patchBreakpoint(breakpoint.id, { condition: 'total > 1' }, 1, NOW),
      store.deleteBreakpoint(breakpoint.id, 1, NOW),
    ]);
    // Whichever comes first: it alone sees the version that both have seen.
    const changed = { status: 'fulfilled', value: { breakpoint: { version: 2 } } };
    const refused = { status: 'rejected', reason: { code: 'version_mismatch' } };
    const gone = { status: 'fulfilled', value: { kind: 'breakpoint_deleted' } };
    const isDeleted = deleted.status === 'fulfilled';
    expect([patched, deleted]).toMatchObject(
      isDeleted ? [{ status: 'fulfilled', value: null }, gone] : [changed, refused],
    );
    expect((await store.readBreakpoint(breakpoint.id))?.version ?? null).toBe(isDeleted ? null : 2);
  });

  test('a deleted breakpoint is gone, and its label can register again', async () => {
    const { store } = await open();
    const { breakpoint } = await store.registerLabel('default', CHECKOUT, NOW);
    expect(await store.deleteBreakpoint(breakpoint.id, null, NOW)).toMatchObject({
      kind: 'breakpoint_deleted',
      breakpoint,
    });
    expect(await store.listBreakpoints({})).toEqual([]);
    expect((await store.readServiceState(SHOP, NOW)).breakpoints).toEqual([]);
    expect((await store.registerLabel('default', CHECKOUT, NOW)).created).toBe(true);
  });
}

/** The id in a change of a breakpoint. */
export function idOf(change: {
  readonly kind: string;
  readonly breakpoint?: { readonly id: string };
}): string {
  if (change.breakpoint === undefined) throw new Error(`"${change.kind}" has no breakpoint`);
  return change.breakpoint.id;
}
