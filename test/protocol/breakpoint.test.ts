import { describe, expect, test } from 'vitest';
import {
  encodeBreakpoint,
  encodeRegistration,
  parseBreakpoint,
  parseRegistration,
  UNLIMITED_FOR_FOREIGN_CLIENTS,
} from '../../src/protocol/breakpoint.ts';
import type { Breakpoint } from '../../src/protocol/breakpoint.ts';
import { expectToSurvive } from './bad-values.ts';

const OURS = { isForeign: false, withholdExpiry: false };

const WHOLE: Breakpoint = {
  id: '0f6e1d3a-0000-4000-8000-000000000001',
  serviceName: 'shop',
  label: 'checkout',
  functionName: 'placeOrder',
  filePath: '/app/src/order.ts',
  lineNumber: 42,
  enabled: false,
  mode: 'logpoint',
  condition: 'cart.total > 100',
  maxCaptures: 100,
  captureCount: 3,
  expireAt: '2026-11-21T10:00:00Z',
  stackDepth: 20,
  maxDepth: 3,
  maxPayloadBytes: 16_384,
  captureExpressions: ['cart.total'],
  logMessage: 'total {cart.total}',
};

const BARE: Breakpoint = {
  id: 'b-1',
  serviceName: '',
  label: 'checkout',
  functionName: '',
  filePath: '',
  lineNumber: 0,
  enabled: true,
  mode: 'snapshot',
  condition: null,
  maxCaptures: 0,
  captureCount: 0,
  expireAt: null,
  stackDepth: null,
  maxDepth: null,
  maxPayloadBytes: null,
  captureExpressions: [],
  logMessage: null,
};

function overTheWire(breakpoint: Breakpoint): unknown {
  return JSON.parse(JSON.stringify(encodeBreakpoint(breakpoint, OURS)));
}

describe('a breakpoint on the wire', () => {
  test.each([
    ['with everything', WHOLE],
    ['with nothing but what it needs', BARE],
    ['on a line', { ...WHOLE, label: null }],
  ])('%s comes back equal', (_name, breakpoint) => {
    expect(parseBreakpoint(overTheWire(breakpoint))).toEqual(breakpoint);
  });

  test('has the names of the protocol', () => {
    expect(overTheWire(WHOLE)).toEqual({
      id: '0f6e1d3a-0000-4000-8000-000000000001',
      service_name: 'shop',
      label: 'checkout',
      function_name: 'placeOrder',
      file_path: '/app/src/order.ts',
      line_number: 42,
      enabled: false,
      mode: 'logpoint',
      condition: 'cart.total > 100',
      condition_eval: 'sdk-evaluable',
      max_captures: 100,
      capture_count: 3,
      expire_at: '2026-11-21T10:00:00Z',
      stack_depth: 20,
      max_depth: 3,
      max_payload_bytes: 16_384,
      capture_expressions: ['cart.total'],
      log_message: 'total {cart.total}',
    });
  });

  test('always says what old clients index, and leaves out what would break them', () => {
    expect(overTheWire(BARE)).toEqual({
      id: 'b-1',
      service_name: '',
      label: 'checkout',
      function_name: '',
      file_path: '',
      line_number: 0,
      enabled: true,
      mode: 'snapshot',
      max_captures: 0,
      capture_count: 0,
    });
  });

  test('withholds the expiry from a client that breaks on it', () => {
    const sent = encodeBreakpoint(WHOLE, { isForeign: true, withholdExpiry: true });
    expect(sent).not.toHaveProperty('expire_at');
  });

  test('tells foreign clients "no limit" by a number that they do not read as spent', () => {
    const foreign = { isForeign: true, withholdExpiry: false };
    expect(encodeBreakpoint(BARE, foreign)['max_captures']).toBe(UNLIMITED_FOR_FOREIGN_CLIENTS);
    expect(encodeBreakpoint({ ...BARE, maxCaptures: 1 }, foreign)['max_captures']).toBe(1);
    expect(
      parseBreakpoint({ id: 'b', label: 'l', max_captures: UNLIMITED_FOR_FOREIGN_CLIENTS })?.maxCaptures,
    ).toBe(0);
    expect(
      parseBreakpoint({ id: 'b', label: 'l', max_captures: UNLIMITED_FOR_FOREIGN_CLIENTS - 1 })?.maxCaptures,
    ).toBe(UNLIMITED_FOR_FOREIGN_CLIENTS - 1);
  });
});

describe('a breakpoint from a stranger', () => {
  test('needs an id, and a label or a file with a line', () => {
    expect(parseBreakpoint({ id: 'b', label: 'l' })).not.toBeNull();
    expect(parseBreakpoint({ id: 'b', file_path: '/a.ts', line_number: 1 })).not.toBeNull();
    expect(parseBreakpoint({ label: 'l' })).toBeNull();
    expect(parseBreakpoint({ id: '', label: 'l' })).toBeNull();
    expect(parseBreakpoint({ id: 'b', label: '' })).toBeNull();
    expect(parseBreakpoint({ id: 'b', file_path: '/a.ts', line_number: 0 })).toBeNull();
    expect(parseBreakpoint({ id: 'b', file_path: '', line_number: 1 })).toBeNull();
  });

  test('never throws, and no field ever holds another type than it should', () => {
    for (const [, parsed] of expectToSurvive(parseBreakpoint, encodeBreakpoint(WHOLE, OURS))) {
      for (const breakpoint of parsed) {
        if (breakpoint === null) continue;
        expect(parseBreakpoint(overTheWire(breakpoint))).toEqual(breakpoint);
        expect(typeof breakpoint.id).toBe('string');
        expect(typeof breakpoint.enabled).toBe('boolean');
        expect(Number.isSafeInteger(breakpoint.maxCaptures)).toBe(true);
        expect(breakpoint.lineNumber).toBeGreaterThanOrEqual(0);
      }
    }
  });

  test.each([
    ['the first that means something', 1, 1],
    ['zero, which would capture nothing', 0, null],
    ['a negative one', -1, null],
    ['a fraction', 1.5, null],
    ['a number in text', '3', null],
  ])('takes limits only as whole numbers from 1: %s', (_name, sent, taken) => {
    const parsed = parseBreakpoint({
      id: 'b',
      label: 'l',
      max_depth: sent,
      stack_depth: sent,
      max_payload_bytes: sent,
    });
    expect([parsed?.maxDepth, parsed?.stackDepth, parsed?.maxPayloadBytes]).toEqual([taken, taken, taken]);
  });

  test('takes an expiry only when it is an instant', () => {
    const expiry = (sent: unknown): unknown =>
      parseBreakpoint({ id: 'b', label: 'l', expire_at: sent })?.expireAt;
    expect(expiry('2026-11-21T10:00:00.123456789+02:00')).toBe('2026-11-21T10:00:00.123456789+02:00');
    expect(expiry('')).toBeNull();
    expect(expiry('soon')).toBeNull();
    expect(expiry(1_795_000_000)).toBeNull();
  });
});

describe('a registration', () => {
  const registration = {
    serviceName: 'shop',
    filePath: '/app/a.ts',
    lineNumber: 7,
    functionName: 'f',
    label: 'checkout',
  };

  test('comes back equal', () => {
    expect(parseRegistration(JSON.parse(JSON.stringify(encodeRegistration(registration))))).toEqual(
      registration,
    );
  });

  test('needs a service and a label, and never throws', () => {
    const results = expectToSurvive(parseRegistration, encodeRegistration(registration));
    for (const field of ['service_name', 'label']) {
      for (const parsed of results.get(field) ?? []) {
        if (parsed !== null) expect(parsed.serviceName.length * parsed.label.length).toBeGreaterThan(0);
      }
    }
    expect(parseRegistration({ service_name: 'shop' })).toBeNull();
    expect(parseRegistration({ label: 'checkout' })).toBeNull();
    expect(parseRegistration({ service_name: 'shop', label: 'x' })).toEqual({
      serviceName: 'shop',
      label: 'x',
      filePath: '',
      lineNumber: 0,
      functionName: '',
    });
  });
});
