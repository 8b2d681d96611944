import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { toPlainLine } from '../../../control-server/cli/plain-text.ts';
import { formatListedSnapshot, formatSnapshotLine } from '../../../control-server/cli/snapshot-line.ts';
import type { Terminal } from '../../../control-server/cli/terminal.ts';
import type { SnapshotSummary } from '../../../src/protocol/api.ts';

function terminalOf(columns: number | null): Terminal {
  return {
    print: () => undefined,
    note: () => undefined,
    paint: (_paint, text) => `\u001b[1m${text}\u001b[22m`,
    columns: () => columns,
    printAll: () => Promise.resolve(),
  };
}

const snapshot: SnapshotSummary = {
  id: '1',
  cursor: 'c',
  serviceName: 'shop',
  environment: 'default',
  label: 'checkout',
  filePath: '/app/src/order.ts',
  lineNumber: 42,
  functionName: 'Orders.place',
  breakpointId: null,
  instanceId: null,
  traceId: null,
  mode: 'snapshot',
  capturedAt: new Date(2026, 10, 21, 9, 5, 7, 3).toISOString(),
  receivedAt: '2026-11-21T09:05:08.000Z',
  preview: 'total: 99',
  flags: [],
  pinned: false,
  sizeBytes: 100,
};

describe('a snapshot as a line', () => {
  it('says when, whose, which label, where and what', () => {
    expect(stripVTControlCharacters(formatSnapshotLine(snapshot, terminalOf(null)))).toBe(
      '09:05:07.003  shop  checkout  Orders.place order.ts:42  total: 99',
    );
  });

  it('begins in a list with as much of its id as tells it apart, and the time as filters take it', () => {
    const listed = {
      ...snapshot,
      id: '01a2014f-e5dc-765d-a2ad-907dfcdf9eca',
      capturedAt: '2026-11-21T09:05:07.003Z',
    };
    expect(stripVTControlCharacters(formatListedSnapshot(listed, terminalOf(null), 0))).toBe(
      '01a2014f-e5dc-765d  2026-11-21T09:05:07.003Z  shop  checkout  Orders.place order.ts:42  total: 99',
    );
  });

  it('says in a terminal only the day of what is not of today', () => {
    const nowMs = new Date(2026, 10, 21, 23, 59).getTime();
    const lineOf = (capturedAt: Date): string =>
      stripVTControlCharacters(
        formatListedSnapshot({ ...snapshot, capturedAt: capturedAt.toISOString() }, terminalOf(28), nowMs),
      );
    expect(lineOf(new Date(2026, 10, 21, 0, 0))).toBe('1  00:00:00.000  shop  chec…');
    expect(lineOf(new Date(2026, 10, 20, 23, 59))).toBe('1  11-20 23:59:00.000  shop');
  });

  it('names an environment that is not the default', () => {
    const line = formatSnapshotLine({ ...snapshot, environment: 'staging' }, terminalOf(null));
    expect(stripVTControlCharacters(line)).toContain('  shop@staging  ');
  });

  it.each([10, 20, 30, 64, 65, 66])('fits a terminal of %i columns', (columns) => {
    const whole = stripVTControlCharacters(formatSnapshotLine(snapshot, terminalOf(null)));
    const line = stripVTControlCharacters(formatSnapshotLine(snapshot, terminalOf(columns)));
    expect(line.length).toBeLessThanOrEqual(columns);
    expect(whole.startsWith(line.replace(/…$/, ''))).toBe(true);
    expect(line === whole).toBe(columns >= whole.length);
  });

  it('lets no captured value give orders to the terminal, or make a second line', () => {
    const line = formatSnapshotLine(
      {
        ...snapshot,
        label: 'a\nb',
        serviceName: '\u001b[2Jshop',
        functionName: 'f\u202egnp',
        preview: 'x\r\u001b]0;owned\u0007\u2028y',
      },
      { ...terminalOf(null), paint: (_paint, text) => text },
    );
    expect(line).toContain(
      '\\u001b[2Jshop  a\\nb  f\\u202egnp order.ts:42  x\\r\\u001b]0;owned\\u0007\\u2028y',
    );
    expect(toPlainLine(line)).toBe(line);
  });
});
