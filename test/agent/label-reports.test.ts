import { describe, expect, it } from 'vitest';
import { createLabelReports } from '../../src/label-reports.ts';
import type { LabelCounts } from '../../src/protocol/label-counts.ts';

const counts = (captured: number, dropped: LabelCounts['dropped'] = {}): LabelCounts => ({
  captured,
  stored: 0,
  spooled: 0,
  dropped,
});
const asIs = (label: string): string => label;
const many = (length: number, captured = 1): Record<string, LabelCounts> =>
  Object.fromEntries(Array.from({ length }, (_, index) => [`label ${index}`, counts(captured)]));

describe('what a report tells of labels', () => {
  it('is what changed since the last one that the server took', () => {
    const reports = createLabelReports(asIs);
    expect(reports.next({ a: counts(1), b: counts(1) })).toEqual([
      { label: 'a', captured: 1, stored: 0, spooled: 0, dropped: {} },
      { label: 'b', captured: 1, stored: 0, spooled: 0, dropped: {} },
    ]);
    reports.taken();
    expect(reports.next({ a: counts(1), b: counts(1, { rate: 3 }) })).toEqual([
      { label: 'b', captured: 1, stored: 0, spooled: 0, dropped: { rate: 3 } },
    ]);
    reports.taken();
    expect(reports.next({ a: counts(1), b: counts(1, { rate: 3 }) })).toEqual([]);
  });

  it('is told again after a report that was lost, with what came meanwhile', () => {
    const reports = createLabelReports(asIs);
    reports.next({ a: counts(1) });
    expect(reports.next({ a: counts(2), b: counts(1) })).toEqual([
      { label: 'a', captured: 2, stored: 0, spooled: 0, dropped: {} },
      { label: 'b', captured: 1, stored: 0, spooled: 0, dropped: {} },
    ]);
  });

  it('is 200 labels at most, the others with the next ones, also while all of them keep changing', () => {
    const reports = createLabelReports(asIs);
    const told = Array.from({ length: 5 }, (_, turn) => {
      const labels = reports.next(many(450, turn + 1)).map(({ label }) => label);
      reports.taken();
      return labels;
    });
    expect(told.map((labels) => labels.length)).toEqual([200, 200, 200, 200, 200]);
    expect(new Set(told.slice(0, 3).flat()).size).toBe(450);
    expect(new Set(told.slice(2).flat()).size).toBe(450);
  });

  it('is everything again once the server may have forgotten, a report on its way included', () => {
    const reports = createLabelReports(asIs);
    reports.next({ a: counts(1) });
    reports.taken();
    reports.next({ a: counts(1), b: counts(1) });
    reports.forget();
    reports.taken();
    expect(reports.next({ a: counts(1), b: counts(1) }).map(({ label }) => label)).toEqual(['b', 'a']);
  });

  it('is told again after 20 reports that left it out', () => {
    const reports = createLabelReports(asIs);
    const told = Array.from({ length: 43 }, () => {
      const { length } = reports.next({ a: counts(1) });
      reports.taken();
      return length;
    });
    expect(told.flatMap((length, report) => (length > 0 ? [report] : []))).toEqual([0, 21, 42]);
  });

  it('adds up labels that the server knows as one', () => {
    const reports = createLabelReports((label) => label.replace(/\S+@\S+/, '[REDACTED:email]'));
    expect(
      reports.next({
        'order of ada@example.com': counts(2, { rate: 1 }),
        'order of bob@example.com': counts(3, { rate: 1, send: 4 }),
      }),
    ).toEqual([
      {
        label: 'order of [REDACTED:email]',
        captured: 5,
        stored: 0,
        spooled: 0,
        dropped: { rate: 2, send: 4 },
      },
    ]);
  });

  it('holds a label called __proto__ like any other', () => {
    const reports = createLabelReports(asIs);
    const byLabel = Object.fromEntries([['__proto__', counts(1)]]);
    expect(reports.next(byLabel)).toEqual([
      { label: '__proto__', captured: 1, stored: 0, spooled: 0, dropped: {} },
    ]);
    reports.taken();
    expect(reports.next(byLabel)).toEqual([]);
  });
});
