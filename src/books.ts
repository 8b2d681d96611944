import { DROP_REASONS } from './protocol/drop-reason.ts';
import type { DropCounts, DropReason } from './protocol/drop-reason.ts';
import type { LabelCounts } from './protocol/label-counts.ts';

/** Counts what was taken, what was stored or kept, and every loss under exactly one reason; in all, and by label. */
export interface Books {
  /** @param label null for a line breakpoint */
  captured(label: string | null): void;
  /** @param label null when the snapshot has none */
  stored(label: string | null): void;
  /** Kept in a file, to be sent later. */
  spooled(label: string | null): void;
  /** @param label null when the loss belongs to no label of this process */
  dropped(reason: DropReason, label: string | null, calls?: number): void;
  /** Copies: later events do not change them. */
  totals(): {
    readonly captured: number;
    readonly stored: number;
    readonly spooled: number;
    readonly dropped: DropCounts;
  };
  byLabel(): Readonly<Record<string, LabelCounts>>;
}

interface OpenPage {
  captured: number;
  stored: number;
  spooled: number;
  readonly dropped: Partial<Record<DropReason, number>>;
}

/** Books in which everything is zero. A label has a page from its first entry on; there are no more than labels. */
export function createBooks(): Books {
  const dropped = Object.fromEntries(DROP_REASONS.map((reason) => [reason, 0])) as Record<DropReason, number>;
  const pages = new Map<string, OpenPage>();
  let captured = 0;
  let stored = 0;
  let spooled = 0;

  function pageOf(label: string): OpenPage {
    let page = pages.get(label);
    if (page === undefined) {
      page = { captured: 0, stored: 0, spooled: 0, dropped: {} };
      pages.set(label, page);
    }
    return page;
  }

  return {
    captured(label) {
      captured += 1;
      if (label !== null) pageOf(label).captured += 1;
    },
    stored(label) {
      stored += 1;
      if (label !== null) pageOf(label).stored += 1;
    },
    spooled(label) {
      spooled += 1;
      if (label !== null) pageOf(label).spooled += 1;
    },
    dropped(reason, label, calls = 1) {
      dropped[reason] += calls;
      if (label === null) return;
      const page = pageOf(label);
      page.dropped[reason] = (page.dropped[reason] ?? 0) + calls;
    },
    totals: () => ({ captured, stored, spooled, dropped: { ...dropped } }),
    byLabel: () =>
      Object.fromEntries(
        Array.from(pages, ([label, page]) => [label, { ...page, dropped: { ...page.dropped } }]),
      ),
  };
}
