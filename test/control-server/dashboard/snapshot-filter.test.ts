import { describe, expect, it } from 'vitest';
import {
  instantOfLocal,
  localOfInstant,
} from '../../../control-server/dashboard/src/snapshots/local-time.ts';
import {
  NO_FILTER,
  readFilter,
  snapshotQuery,
  writeFilter,
} from '../../../control-server/dashboard/src/snapshots/snapshot-filter.ts';

const NOW_MS = Date.parse('2026-11-21T12:00:00.000Z');

describe('the filter of snapshots', () => {
  it('survives the way through the address', () => {
    const filter = {
      service: 'a/b',
      environment: 'default',
      label: 'a&b=c#d',
      breakpoint: 'bp-1',
      instance: '3174a57b',
      flag: 'credit_card',
      mode: 'logpoint',
      file: '/app/src/ä b.ts',
      trace: '4bf92f3577b34da6a3ce929d0e0e4736',
      text: '100% "ünï" +x',
      last: '15m',
      from: '2026-11-21T10:00:00.000Z',
      to: '2026-11-21T11:00:00.000Z',
      pinned: 'true',
    };
    expect(readFilter(writeFilter(filter))).toEqual(filter);
  });

  it('leaves no trace in the address when it is empty', () => {
    expect(writeFilter(NO_FILTER)).toBe('');
    expect(readFilter('')).toEqual(NO_FILTER);
  });

  it('takes no notice of values that mean nothing, and of names that are none', () => {
    expect(readFilter('?mode=x&pinned=yes&last=2y&from=yesterday&to=9999&last=toString&other=1')).toEqual(
      NO_FILTER,
    );
  });

  it('asks only for what is set', () => {
    const service = { environment: 'default', serviceName: 'shop' };
    expect(snapshotQuery(service, NO_FILTER, NOW_MS)).toEqual({ service: 'shop', environment: 'default' });
    expect(snapshotQuery(null, NO_FILTER, NOW_MS)).toEqual({});
  });

  it('asks for everything that is set', () => {
    const filter = {
      ...NO_FILTER,
      service: 'other',
      label: 'l',
      text: 't',
      mode: 'logpoint',
      pinned: 'false',
      trace: 'abc',
    };
    expect(snapshotQuery(null, filter, NOW_MS)).toEqual({
      service: 'other',
      label: 'l',
      q: 't',
      mode: 'logpoint',
      pinned: false,
      trace: 'abc',
    });
  });

  it('keeps to the service of its page, whatever the address says', () => {
    const service = { environment: 'default', serviceName: 'shop' };
    expect(snapshotQuery(service, { ...NO_FILTER, service: 'other', environment: 'x' }, NOW_MS)).toEqual({
      service: 'shop',
      environment: 'default',
    });
  });

  it('counts a range of time back from now', () => {
    expect(snapshotQuery(null, { ...NO_FILTER, last: '15m' }, NOW_MS)).toEqual({
      from: '2026-11-21T11:45:00.000Z',
    });
    expect(
      snapshotQuery(
        null,
        { ...NO_FILTER, from: '2026-11-20T00:00:00.000Z', to: '2026-11-21T00:00:00.000Z' },
        NOW_MS,
      ),
    ).toEqual({ from: '2026-11-20T00:00:00.000Z', to: '2026-11-21T00:00:00.000Z' });
  });

  it('shows an instant in the time of the browser, to the second, and reads it back', () => {
    const local = localOfInstant('2026-11-21T10:00:59.900Z');
    expect(local).toMatch(/^2026-11-2\dT\d\d:\d\d:59$/);
    expect(instantOfLocal(local)).toBe('2026-11-21T10:00:59.000Z');
    expect(localOfInstant('')).toBe('');
    expect(instantOfLocal('')).toBe('');
  });
});
