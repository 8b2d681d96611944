import { describe, expect, it } from 'vitest';
import { toPlainLine } from '../../../control-server/cli/plain-text.ts';
import { formatSnapshot } from '../../../control-server/cli/snapshot-view.ts';
import type { SnapshotResource } from '../../../src/protocol/api.ts';

const colourless = { paint: (_paint: string, text: string) => text };

const snapshot: SnapshotResource = {
  id: '01a2014f-e5dc-765d-a2ad-907dfcdf9eca',
  cursor: 'sn-1',
  breakpointId: null,
  serviceName: 'shop',
  label: 'checkout',
  filePath: '/app/src/order.ts',
  lineNumber: 42,
  functionName: 'Orders.place',
  variables: {
    email: '[REDACTED:email]',
    items: [{ sku: 'MUG-01' }, '[...]'],
    note: 'Hello',
    none: null,
    sizes: [['M', 2]],
    total: 99.5,
  },
  valueMarks: [
    { path: '/email', kind: 'string', reason: 'redacted' },
    { path: '/items', kind: 'array', reason: 'collectionSize', size: 1_000 },
    { path: '/items/1', kind: 'object', className: 'Item', reason: 'depth', size: 3 },
    { path: '/note', kind: 'string', reason: 'stringLength', size: 5_000 },
    { path: '/sizes', kind: 'map' },
  ],
  securityFlags: [
    { type: 'email', severity: 'medium', path: 'variables/email' },
    { type: 'email', severity: 'medium', path: 'requestContext/query/to' },
    { type: 'jwt', severity: 'high', path: 'requestContext/headers/x' },
  ],
  stackTrace: '',
  frames: [
    {
      functionName: 'Orders.place',
      filePath: '/app/src/order.ts',
      lineNumber: 42,
      columnNumber: 5,
      origin: 'application',
      isAsync: true,
    },
    {
      functionName: '',
      filePath: '/app/node_modules/fastify/lib/handle.js',
      lineNumber: 190,
      columnNumber: 24,
      origin: 'dependency',
      isAsync: false,
    },
  ],
  source: [{ frame: 0, startLine: 41, lines: ['place() {', '\tthis.check();', ''] }],
  traceId: null,
  spanId: null,
  requestContext: {
    method: 'POST',
    path: '/orders',
    url: '/orders?to=x',
    ip: '127.0.0.1',
    userAgent: '',
    query: { to: '[REDACTED:email]' },
    headers: {},
  },
  expressionResults: { 'cart.total': 12 },
  logMessage: null,
  mode: 'snapshot',
  capturedAt: '2026-11-21T10:00:00.000Z',
  receivedAt: '2026-11-21T10:00:04.999Z',
  truncated: { collectionSize: 1, redacted: 2 },
  environment: 'default',
  release: null,
  commit: null,
  host: 'web-1',
  instanceId: null,
  scrubbed: { version: '1' },
  pinned: false,
  sizeBytes: 2_048,
};

describe('a snapshot in a terminal', () => {
  it('says where and when, shows the values with what is missing of them, and the way there', () => {
    expect(formatSnapshot(snapshot, colourless).join('\n')).toBe(
      `checkout
  Captured      2026-11-21T10:00:00.000Z
  Service       shop, default
  Place         Orders.place  /app/src/order.ts:42
  Snapshot      01a2014f-e5dc-765d-a2ad-907dfcdf9eca
  Host          web-1
  Size          2.0 KB
  Not captured  1 × beyond the element limit; 2 × removed by the scrubber
  Flagged       2 × email; 1 × jwt
  Scrubbed      by scrubber 1

Expressions
  cart.total: 12

Variables
  email: "[REDACTED:email]" ← removed by the scrubber
  items: Array(2) ← 998 of 1,000 elements not captured · beyond the element limit
    0:
      sku: "MUG-01"
    1: Item ← 3 properties not captured · beyond the depth limit
  note: "Hello" ← 5,000 characters in all · beyond the string limit
  none: null
  sizes: Map(1)
    "M" => 2
  total: 99.5

Request
  POST /orders?to=x
  Client  127.0.0.1
  Query
    to: "[REDACTED:email]"

Call stack
  async Orders.place  /app/src/order.ts:42:5
      41  place() {
    > 42    this.check();
      43
  (anonymous)         /app/node_modules/fastify/lib/handle.js:190:24`,
    );
  });

  it('says when it came late, and shows a stack that came as text', () => {
    const late = {
      ...snapshot,
      receivedAt: '2026-11-21T10:00:05.000Z',
      frames: [],
      source: [],
      stackTrace: 'at place (order.py:3)\n    at main',
    };
    const lines = formatSnapshot(late, colourless);
    expect(lines).toContain('  Received      2026-11-21T10:00:05.000Z');
    expect(lines.slice(-3)).toEqual(['Call stack', '  at place (order.py:3)', '  at main']);
  });

  it('puts the variables of a line under their scopes', () => {
    const ofLine: SnapshotResource = {
      ...snapshot,
      label: null,
      variables: { total: 1, this: {}, rate: 2 },
      valueMarks: [],
      scopes: [
        { kind: 'local', names: ['total'] },
        { kind: 'module', names: ['rate'] },
      ],
    };
    const lines = formatSnapshot(ofLine, colourless);
    expect(lines[0]).toBe('src/order.ts:42');
    expect(lines.slice(lines.indexOf('Variables') + 1, lines.indexOf('Request') - 1)).toEqual([
      '  Local',
      '    total: 1',
      '  Module',
      '    rate: 2',
      '  This',
      '    this: {}',
    ]);
  });

  it('shows the message of a logpoint, and no variables', () => {
    const lines = formatSnapshot({ ...snapshot, mode: 'logpoint', logMessage: 'paid 12' }, colourless);
    expect(lines[0]).toBe('checkout  (logpoint)');
    expect(lines.join('\n')).toContain('\nMessage\n  paid 12\n');
    expect(lines).not.toContain('Variables');
  });

  it('shows a value that is no object', () => {
    const lines = formatSnapshot({ ...snapshot, variables: 'all', valueMarks: [] }, colourless);
    expect(lines[lines.indexOf('Variables') + 1]).toBe('  "all"');
  });

  it('lets nothing that was captured give orders to the terminal, wherever it stands', () => {
    const evil = 'a\u001b]0;owned\u0007\u009b2J\u202e\r\n\u2028b';
    const frame = {
      functionName: evil,
      filePath: evil,
      lineNumber: 1,
      columnNumber: 1,
      origin: 'application',
      isAsync: false,
    } as const;
    const hostile: SnapshotResource = {
      ...snapshot,
      id: evil,
      label: evil,
      serviceName: evil,
      environment: evil,
      filePath: evil,
      functionName: evil,
      host: evil,
      release: evil,
      commit: evil,
      traceId: evil,
      spanId: evil,
      instanceId: evil,
      breakpointId: evil,
      logMessage: evil,
      scrubbed: { version: evil },
      variables: {
        [evil]: evil,
        list: [evil],
        map: [[evil, evil]],
        thing: '[...]',
        call: `[Function: ${evil}]`,
      },
      valueMarks: [
        { path: '/map', kind: 'map' },
        { path: '/thing', kind: 'object', className: evil, reason: 'depth', size: 1 },
        { path: '/call', kind: 'function' },
      ],
      expressionResults: { [evil]: evil },
      securityFlags: [{ type: evil, severity: 'low', path: evil }],
      requestContext: {
        method: evil,
        path: evil,
        url: evil,
        ip: evil,
        userAgent: evil,
        query: { [evil]: evil },
        headers: { [evil]: evil },
      },
      frames: [frame],
      source: [{ frame: 0, startLine: 1, lines: [evil] }],
    };
    for (const shown of [hostile, { ...hostile, frames: [], stackTrace: evil }]) {
      for (const line of formatSnapshot(shown, colourless)) expect(line).toBe(toPlainLine(line));
    }
  });
});
