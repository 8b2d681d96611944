import { describe, expect, test } from 'vitest';
import {
  encodeCaptureReceipt,
  encodeSnapshot,
  parseCaptureReceipt,
  parseSnapshot,
} from '../../src/protocol/snapshot.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { expectToSurvive } from './bad-values.ts';

const WHOLE: Snapshot = {
  snapshotId: '01980000-0000-7000-8000-000000000000',
  breakpointId: 'b-1',
  serviceName: 'shop',
  label: 'checkout',
  filePath: '/app/src/order.ts',
  lineNumber: 42,
  functionName: 'placeOrder',
  variables: { cart: { total: 5, gone: null }, list: [1, 'two', true] },
  valueMarks: [
    { path: '/cart/gone', kind: 'undefined' },
    { path: '/list', kind: 'array', className: 'Lines', reason: 'collectionSize', size: 500 },
  ],
  securityFlags: [{ type: 'email', severity: 'high', path: 'variables/email' }],
  stackTrace: 'placeOrder (/app/src/order.ts:42:7)',
  frames: [
    {
      functionName: 'placeOrder',
      filePath: '/app/src/order.ts',
      lineNumber: 42,
      columnNumber: 7,
      origin: 'application',
      isAsync: false,
    },
    {
      functionName: '',
      filePath: 'node:http',
      lineNumber: 1,
      columnNumber: 1,
      origin: 'node',
      isAsync: true,
    },
  ],
  traceId: '001ea7d6492231eaac51b3cad35cc26c',
  spanId: '575db118bc34a17d',
  requestContext: {
    method: 'POST',
    path: '/checkout',
    url: '/checkout?a=1',
    ip: '10.0.0.1',
    userAgent: 'curl',
    query: { a: '1' },
    headers: { host: 'shop' },
  },
  expressionResults: { 'cart.total': 5 },
  logMessage: 'total 5',
  mode: 'logpoint',
  capturedAt: '2026-11-20T15:54:15.468Z',
  truncated: { depth: 2, collectionSize: 1 },
  environment: 'production',
  release: '1.2.3',
  commit: 'abc',
  host: 'web-1',
  instanceId: 'i-1',
  scrubbed: { version: '1' },
};

const BARE: Snapshot = {
  snapshotId: null,
  breakpointId: null,
  serviceName: 'shop',
  label: null,
  filePath: '',
  lineNumber: 0,
  functionName: '',
  variables: {},
  valueMarks: [],
  securityFlags: [],
  stackTrace: '',
  frames: [],
  traceId: null,
  spanId: null,
  requestContext: null,
  expressionResults: null,
  logMessage: null,
  mode: 'snapshot',
  capturedAt: '2026-11-20T15:54:15.000Z',
  truncated: {},
  environment: null,
  release: null,
  commit: null,
  host: null,
  instanceId: null,
  scrubbed: null,
};

function overTheWire(snapshot: Snapshot): unknown {
  return JSON.parse(JSON.stringify(encodeSnapshot(snapshot)));
}

describe('a snapshot on the wire', () => {
  test.each([
    ['with everything', WHOLE],
    ['with nothing but what it needs', BARE],
  ])('%s comes back equal', (_name, snapshot) => {
    expect(parseSnapshot(overTheWire(snapshot))).toEqual(snapshot);
  });

  test.each([null, 5, 'text', false, [1, [2]], { __proto__: null, a: 1 }])(
    'may have %j for variables',
    (variables) => {
      const parsed = parseSnapshot(overTheWire({ ...WHOLE, variables }));
      expect(parsed).toMatchObject({ variables });
    },
  );

  test('keeps a variable that is called __proto__ as data', () => {
    const variables = JSON.parse('{"__proto__":{"a":1}}');
    const text = JSON.stringify(encodeSnapshot({ ...WHOLE, variables }));
    const parsed = parseSnapshot(JSON.parse(text));
    expect(JSON.stringify(parsed)).toContain('"variables":{"__proto__":{"a":1}}');
  });
});

describe('a snapshot from a stranger', () => {
  test('is refused with a reason when it is none', () => {
    expect(parseSnapshot(null)).toBe('not_an_object');
    expect(parseSnapshot([])).toBe('not_an_object');
    expect(parseSnapshot({})).toBe('no_service_name');
    expect(parseSnapshot({ service_name: '' })).toBe('no_service_name');
    expect(parseSnapshot({ service_name: 'shop' })).toBe('bad_captured_at');
  });

  test('never throws, and what is taken can be sent on unchanged', () => {
    for (const [, parsed] of expectToSurvive(parseSnapshot, encodeSnapshot(WHOLE))) {
      for (const snapshot of parsed) {
        if (typeof snapshot === 'string') continue;
        expect(snapshot.serviceName).not.toBe('');
        expect(() => encodeSnapshot(snapshot)).not.toThrow();
      }
    }
  });

  test('loses what is not of the type that it should be, and nothing else', () => {
    const damaged = {
      ...encodeSnapshot(WHOLE),
      label: 7,
      frames: [null, { function: 5, file: '/a.ts', line: '3' }],
      security_flags: [
        null,
        {},
        { category: 'email', type: 'sensitive_data', variable: 'mail', severity: 'x' },
      ],
      truncated: { depth: -1, payload: 1.5, getter: 2, unheard_of: 3 },
      value_marks: { path: '' },
      mode: 'video',
      scrubbed: true,
    };
    expect(parseSnapshot(damaged)).toEqual({
      ...WHOLE,
      label: null,
      frames: [
        {
          functionName: '',
          filePath: '/a.ts',
          lineNumber: 0,
          columnNumber: 0,
          origin: 'application',
          isAsync: false,
        },
      ],
      securityFlags: [
        { type: 'unknown', severity: 'medium', path: '' },
        { type: 'email', severity: 'medium', path: 'mail' },
      ],
      truncated: { getter: 2 },
      valueMarks: [],
      mode: 'snapshot',
      scrubbed: null,
    });
  });

  test.each([
    [{ file: '/app/a.js', origin: 'dependency', in_app: true }, 'dependency'],
    [{ file: '/app/a.js', origin: 'mine', in_app: true }, 'application'],
    [{ file: '/app/node_modules/x/a.js', in_app: true }, 'application'],
    [{ file: '/app/node_modules/x/a.js' }, 'dependency'],
    [{ file: '/usr/lib/python3/json.py', in_app: false }, 'dependency'],
    [{ file: 'node:http', in_app: false }, 'node'],
    [{ file: '/app/a.py' }, 'application'],
    [{}, 'application'],
  ])('knows whose code the frame %j runs: %s', (frame, origin) => {
    const parsed = parseSnapshot({ ...encodeSnapshot(BARE), frames: [frame] });
    expect(parsed).toMatchObject({ frames: [{ origin }] });
  });

  test('says of a frame whose code it is, also in the words of other clients', () => {
    expect(encodeSnapshot(WHOLE)['frames']).toEqual([
      {
        function: 'placeOrder',
        file: '/app/src/order.ts',
        line: 42,
        column: 7,
        in_app: true,
        origin: 'application',
      },
      { function: '', file: 'node:http', line: 1, column: 1, in_app: false, origin: 'node', async: true },
    ]);
  });

  test.each([
    ['2026-11-20T16:12:08Z', '2026-11-20T16:12:08.000Z'],
    ['2026-11-20T16:12:08.1Z', '2026-11-20T16:12:08.100Z'],
    ['2026-11-20T16:14:39.449252318Z', '2026-11-20T16:14:39.449Z'],
    ['2026-11-20T16:13:26+00:00', '2026-11-20T16:13:26.000Z'],
    ['2026-11-20T23:30:00-05:30', '2026-11-21T05:00:00.000Z'],
    ['2026-11-20t16:13:26z', '2026-11-20T16:13:26.000Z'],
  ])('may have been captured at %s', (sent, meant) => {
    expect(parseSnapshot({ ...encodeSnapshot(BARE), captured_at: sent })).toMatchObject({
      capturedAt: meant,
    });
  });

  test.each([
    'yesterday',
    '',
    '2026-11-20',
    '2026-11-20T16:12:08',
    '2026-11-20T16:12:08.Z',
    '2026-11-20T16:12:08.1234567890Z',
    '2026-13-20T16:12:08Z',
    ' 2026-11-20T16:12:08Z',
    1_795_000_000_000,
    null,
  ])('was not captured at %j', (sent) => {
    expect(parseSnapshot({ ...encodeSnapshot(BARE), captured_at: sent })).toBe('bad_captured_at');
  });
});

describe('a receipt', () => {
  test('comes back equal', () => {
    const receipt = {
      accepted: 2,
      duplicates: 1,
      rejected: [{ index: 3, code: 'no_service_name' }],
      version: '5-1',
      killSwitch: true,
    };
    expect(parseCaptureReceipt(encodeCaptureReceipt(receipt), 4)).toEqual(receipt);
  });

  test('that says nothing, as from an old server, means that all was accepted', () => {
    const silent = { accepted: 4, duplicates: 0, rejected: [], version: null, killSwitch: null };
    expect(parseCaptureReceipt({ status: 'ok' }, 4)).toEqual(silent);
    expect(parseCaptureReceipt(null, 4)).toEqual(silent);
    expect(parseCaptureReceipt('ok', 0)).toEqual({ ...silent, accepted: 0 });
  });

  test('never throws', () => {
    expectToSurvive((value) => parseCaptureReceipt(value, 1), {
      accepted: 1,
      duplicates: 0,
      rejected: [{ index: 0, code: 'x' }],
      version: '1-1',
      kill_switch: false,
    });
  });
});
