import { describe, expect, it } from 'vitest';
import type { SnapshotSummary } from '../../../src/protocol/api.ts';
import {
  newestCursor,
  releaseHeld,
  startFeed,
  withNewer,
  withOlder,
} from '../../../control-server/dashboard/src/snapshots/snapshot-feed.ts';
import type { SnapshotFeed } from '../../../control-server/dashboard/src/snapshots/snapshot-feed.ts';

function summary(id: number): SnapshotSummary {
  return {
    id: String(id),
    cursor: `c${id}`,
    serviceName: 'shop',
    environment: 'default',
    label: 'checkout',
    filePath: '/app/a.ts',
    lineNumber: 1,
    functionName: 'f',
    breakpointId: null,
    instanceId: null,
    traceId: null,
    mode: 'snapshot',
    capturedAt: '2026-11-21T10:00:00.000Z',
    receivedAt: '2026-11-21T10:00:00.000Z',
    preview: '',
    flags: [],
    pinned: false,
    sizeBytes: 100,
  };
}

const ids = (feed: SnapshotFeed): string => feed.items.map((item) => item.id).join(' ');
const feed = startFeed({ items: [summary(5), summary(4)], nextCursor: 'c4', search: null });

describe('the live list of snapshots', () => {
  it('puts what comes in on top, the newest first, each once', () => {
    const next = withNewer(feed, [summary(5), summary(6), summary(7)], false);
    expect(ids(next)).toBe('7 6 5 4');
    expect(newestCursor(next)).toBe('c7');
  });

  it('holds back what comes in while it is asked to, and follows on from there', () => {
    const held = withNewer(withNewer(feed, [summary(6)], true), [summary(7)], true);
    expect(ids(held)).toBe('5 4');
    expect(held.held.map((item) => item.id)).toEqual(['7', '6']);
    expect(newestCursor(held)).toBe('c7');
    expect(ids(releaseHeld(held))).toBe('7 6 5 4');
  });

  it('shows what was held together with what comes in afterwards', () => {
    const held = withNewer(feed, [summary(6)], true);
    const next = withNewer(held, [summary(7)], false);
    expect(ids(next)).toBe('7 6 5 4');
    expect(next.held).toEqual([]);
  });

  it('is the same feed when nothing new came', () => {
    expect(withNewer(feed, [summary(5)], false)).toBe(feed);
    expect(withNewer(feed, [], true)).toBe(feed);
    expect(releaseHeld(feed)).toBe(feed);
  });

  it('goes on with older ones, and knows its end', () => {
    const next = withOlder(feed, { items: [summary(4), summary(3)], nextCursor: null });
    expect(ids(next)).toBe('5 4 3');
    expect(next.olderCursor).toBeNull();
  });

  it('lets the oldest go beyond its size, and can fetch them again from there', () => {
    const full = withNewer(feed, [summary(6)], false, 3);
    expect([ids(full), full.olderCursor]).toEqual(['6 5 4', 'c4']);
    const over = withNewer(full, [summary(7)], false, 3);
    expect([ids(over), over.olderCursor]).toEqual(['7 6 5', 'c5']);
  });

  it('has no cursor while it is empty', () => {
    expect(newestCursor(startFeed({ items: [], nextCursor: null, search: null }))).toBeNull();
  });
});
