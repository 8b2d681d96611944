import { describe, expect, test } from 'vitest';
import {
  encodeControlState,
  parseControlState,
  parseStreamEvent,
  STREAM_EVENTS,
} from '../../src/protocol/control-message.ts';
import { encodeBreakpoint, parseBreakpoint } from '../../src/protocol/breakpoint.ts';
import type { Breakpoint } from '../../src/protocol/breakpoint.ts';
import { BAD_VALUES, expectToSurvive } from './bad-values.ts';

const OURS = { isForeign: false, withholdExpiry: false };
const breakpoint = parseBreakpoint({ id: 'b-1', label: 'checkout', service_name: 'shop' }) as Breakpoint;
const sent = encodeBreakpoint(breakpoint, OURS);

function event(name: string, data: unknown, lastEventId = ''): unknown {
  return parseStreamEvent(name, JSON.stringify(data), lastEventId);
}

describe('a control state', () => {
  test('comes back equal', () => {
    const encoded = encodeControlState(
      { breakpoints: [breakpoint], killSwitch: true, version: '1700000000000-5' },
      OURS,
    );
    expect(parseControlState(JSON.parse(JSON.stringify(encoded)))).toEqual({
      breakpoints: [breakpoint],
      killSwitch: true,
      version: { epoch: 1_700_000_000_000, rev: 5 },
    });
  });

  test('of an old server may leave out or null its breakpoints, and has no version', () => {
    const nothing = { breakpoints: [], killSwitch: false, version: null };
    expect(parseControlState({})).toEqual(nothing);
    expect(parseControlState({ breakpoints: null, kill_switch: false })).toEqual(nothing);
  });

  test('with anything but a list of breakpoints is no state: it must not disarm what is known', () => {
    for (const breakpoints of ['', 0, {}, true, 'error']) {
      expect(parseControlState({ breakpoints })).toBeNull();
    }
    for (const value of BAD_VALUES.filter((bad) => typeof bad !== 'object' || bad === null)) {
      expect(parseControlState(value)).toBeNull();
    }
  });

  test('loses unreadable breakpoints and keeps the others', () => {
    expect(parseControlState({ breakpoints: [null, sent, {}, 'x', [sent]] })?.breakpoints).toEqual([
      breakpoint,
    ]);
  });

  test('kills only on true', () => {
    for (const value of ['true', 1, {}, [true], null, 'false']) {
      expect(parseControlState({ breakpoints: [], kill_switch: value })?.killSwitch).toBe(false);
    }
  });
});

describe('an event of the stream', () => {
  test('init replaces the whole state', () => {
    expect(event('init', { breakpoints: [sent], kill_switch: false, version: '7-1' })).toEqual({
      kind: 'state',
      state: { breakpoints: [breakpoint], killSwitch: false, version: { epoch: 7, rev: 1 } },
    });
  });

  test('takes its version from its data, else from its id, else has none', () => {
    expect(event('init', { version: '7-2' }, '7-1')).toMatchObject({ state: { version: { rev: 2 } } });
    expect(event('init', {}, '7-1')).toMatchObject({ state: { version: { rev: 1 } } });
    expect(event('kill_switch', { enabled: true }, '7-3')).toMatchObject({ version: { epoch: 7, rev: 3 } });
    expect(event('kill_switch', { enabled: true }, 'abc')).toMatchObject({ version: null });
  });

  test.each(['breakpoint_created', 'breakpoint_updated'])('%s upserts', (name) => {
    expect(event(name, sent, '7-2')).toEqual({
      kind: 'breakpoint_upserted',
      breakpoint,
      version: { epoch: 7, rev: 2 },
    });
    expect(event(name, {})).toBeNull();
  });

  test('breakpoint_deleted names an id', () => {
    expect(event('breakpoint_deleted', { id: 'b-1' })).toEqual({
      kind: 'breakpoint_deleted',
      breakpointId: 'b-1',
      version: null,
    });
    expect(event('breakpoint_deleted', { id: '' })).toBeNull();
    expect(event('breakpoint_deleted', {})).toBeNull();
  });

  test('kill_switch acts only on a boolean', () => {
    expect(event('kill_switch', { enabled: false })).toEqual({
      kind: 'kill_switch',
      enabled: false,
      version: null,
    });
    for (const enabled of ['true', 1, null, undefined, {}]) {
      expect(event('kill_switch', { enabled })).toBeNull();
    }
  });

  test.each([
    ['a range', [2_000, 5_000], [2_000, 5_000]],
    ['the widest range', [0, 60_000], [0, 60_000]],
    ['a wait longer than a minute', [60_001, 70_000], [1_000, 10_000]],
    ['an end before its start', [20_000, 5_000], [20_000, 20_000]],
    ['nothing', undefined, [1_000, 10_000]],
    ['text', 'soon', [1_000, 10_000]],
    ['half a range', [500], [500, 10_000]],
  ])('bye with %s', (_name, retryMs, expected) => {
    expect(event('bye', { retry_ms: retryMs })).toEqual({ kind: 'bye', retryMs: expected });
  });

  test('heartbeat says only that the server lives; sdk_count and unknown names are ignored', () => {
    expect(event('heartbeat', { t: 1 })).toEqual({ kind: 'heartbeat' });
    expect(event('sdk_count', { count: 3 })).toBeNull();
    expect(event('constructor', {})).toBeNull();
    expect(event('', {})).toBeNull();
  });

  test('with data that is not a JSON object is ignored and never throws', () => {
    for (const name of STREAM_EVENTS) {
      for (const data of ['', '{', 'null', '[]', '5', '"text"', '\u0000', '{"a":1} trailing']) {
        expect(parseStreamEvent(name, data, '')).toBeNull();
      }
      expectToSurvive(
        (value) => {
          let text: string | undefined;
          try {
            text = JSON.stringify(value);
          } catch {
            return null; // a bigint cannot come in JSON
          }
          return parseStreamEvent(name, text ?? '', '7-1');
        },
        { ...sent, breakpoints: [sent], kill_switch: true, enabled: true, version: '7-1', retry_ms: [1, 2] },
      );
    }
  });
});
