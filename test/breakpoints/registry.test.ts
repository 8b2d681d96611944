import { describe, expect, it } from 'vitest';
import { createRegistry } from '../../src/breakpoints/registry.ts';
import type { Breakpoint } from '../../src/protocol/breakpoint.ts';
import { parseBreakpoint } from '../../src/protocol/breakpoint.ts';

function breakpoint(id: string, label: string, extra: Record<string, unknown> = {}): Breakpoint {
  const parsed = parseBreakpoint({ id, label, service_name: 'shop', ...extra });
  if (parsed === null) throw new Error('not a breakpoint');
  return parsed;
}

const version = (rev: number, epoch = 1): { epoch: number; rev: number } => ({ epoch, rev });

function state(rev: number, breakpoints: readonly Breakpoint[] = [], killSwitch = false, epoch = 1) {
  return { kind: 'state', state: { breakpoints, killSwitch, version: version(rev, epoch) } } as const;
}

describe('registry', () => {
  it('knows nothing and kills nothing before the first state', () => {
    const registry = createRegistry();
    expect(registry.isKnown).toBe(false);
    expect(registry.isKilled).toBe(false);
    expect(registry.findByLabel('checkout')).toBeUndefined();
  });

  it('names the labels of a new state and of the one before', () => {
    const registry = createRegistry();
    registry.apply(state(1, [breakpoint('a', 'old')]));
    expect(registry.apply(state(2, [breakpoint('b', 'new')])).labels).toEqual(new Set(['old', 'new']));
    expect(registry.findByLabel('old')).toBeUndefined();
    expect(registry.findByLabel('new')?.id).toBe('b');
  });

  it('takes a breakpoint for another environment for a disabled one, and one for its own as it is', () => {
    const registry = createRegistry('production');
    const enabled = (label: string): boolean | undefined => registry.findByLabel(label)?.enabled;
    registry.apply(
      state(1, [
        breakpoint('a', 'staged', { environment: 'staging' }),
        breakpoint('b', 'ours', { environment: 'production' }),
        breakpoint('c', 'anywhere', { environment: '' }),
      ]),
    );
    expect([enabled('staged'), enabled('ours'), enabled('anywhere')]).toEqual([false, true, true]);
    registry.apply({
      kind: 'breakpoint_upserted',
      breakpoint: breakpoint('a', 'staged', { environment: 'production' }),
      version: version(2),
    });
    registry.addRegistered(breakpoint('d', 'registered', { environment: 'Production' }));
    expect([enabled('staged'), enabled('registered')]).toEqual([true, false]);
  });

  it('takes one for an environment for a disabled one where it does not know its own', () => {
    const registry = createRegistry();
    registry.apply(state(1, [breakpoint('a', 'staged', { environment: 'staging' })]));
    expect(registry.findByLabel('staged')?.enabled).toBe(false);
  });

  it('lets no older state undo a kill, as a late poll would', () => {
    const registry = createRegistry();
    registry.apply(state(5));
    registry.apply({ kind: 'kill_switch', enabled: true, version: version(6) });
    registry.apply(state(5, [], false));
    expect(registry.isKilled).toBe(true);
    registry.apply(state(6, [], false));
    expect(registry.isKilled).toBe(false);
  });

  it('lets no older change undo a newer one', () => {
    const registry = createRegistry();
    registry.apply(state(5, [breakpoint('a', 'checkout', { enabled: false })]));
    registry.apply({
      kind: 'breakpoint_upserted',
      breakpoint: breakpoint('a', 'checkout', { enabled: true }),
      version: version(4),
    });
    expect(registry.findByLabel('checkout')?.enabled).toBe(false);
  });

  it('takes a later epoch for a newer one whatever its revision, and says that it is new', () => {
    const registry = createRegistry();
    registry.apply(state(900, [breakpoint('a', 'checkout')]));
    const change = registry.apply(state(1, [], false, 2));
    expect(change.isNewEpoch).toBe(true);
    expect(registry.findByLabel('checkout')).toBeUndefined();
    expect(registry.apply(state(901)).isNewEpoch).toBe(false);
    expect(registry.version).toEqual(version(1, 2));
  });

  it('obeys an enabled breakpoint before a disabled one of the same label', () => {
    const registry = createRegistry();
    registry.apply(
      state(1, [
        breakpoint('a', 'checkout', { enabled: false }),
        breakpoint('b', 'checkout', { enabled: true }),
      ]),
    );
    expect(registry.findByLabel('checkout')?.id).toBe('b');
  });

  it('does not bring back a breakpoint that was deleted while its registration was answered', () => {
    const registry = createRegistry();
    registry.apply(state(1));
    registry.apply({ kind: 'breakpoint_deleted', breakpointId: 'a', version: version(2) });
    registry.addRegistered(breakpoint('a', 'checkout'));
    expect(registry.findByLabel('checkout')).toBeUndefined();
  });

  it('keeps what the stream told over the earlier answer of a registration', () => {
    const registry = createRegistry();
    registry.apply(state(1, [breakpoint('a', 'checkout', { enabled: false })]));
    registry.addRegistered(breakpoint('a', 'checkout', { enabled: true }));
    expect(registry.findByLabel('checkout')?.enabled).toBe(false);
  });
});
