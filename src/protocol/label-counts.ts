import { DROP_REASONS } from './drop-reason.ts';
import type { DropReason } from './drop-reason.ts';
import { isRecord, readInteger, readText } from './json.ts';
import { MAX_LABEL_LENGTH, MAX_LABELS_PER_PROCESS } from './limits.ts';
import { toStorableText } from './storable-text.ts';

/** Losses by reason; a reason that never applied is left out. */
export type DroppedByReason = Readonly<Partial<Record<DropReason, number>>>;

/** What became of the calls with one label that passed the gate, since the agent started. */
export interface LabelCounts {
  /** Snapshots taken. */
  readonly captured: number;
  /** Snapshots that the control server confirmed. */
  readonly stored: number;
  /** Snapshots that wait in files to be sent by hand. */
  readonly spooled: number;
  /** Calls that did not become one of these, by reason. */
  readonly dropped: DroppedByReason;
}

/** The counts of a label by the name that the control server knows it by. */
export interface LabelReport extends LabelCounts {
  readonly label: string;
}

/** The counts in a report; what is no label that a server could know is left out, and what is beyond 1,000 labels. */
export function parseLabelReports(value: unknown): LabelReport[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, MAX_LABELS_PER_PROCESS).flatMap((item: unknown) => {
    if (!isRecord(item)) return [];
    const label = readText(item['label'], null);
    if (label === null || label.length > MAX_LABEL_LENGTH || toStorableText(label) !== label) return [];
    return {
      label,
      captured: readInteger(item['captured'], 0),
      stored: readInteger(item['stored'], 0),
      spooled: readInteger(item['spooled'], 0),
      dropped: parseDropped(item['dropped']),
    };
  });
}

/** Whole numbers above zero under known reasons; everything else is left out. */
export function parseDropped(value: unknown): DroppedByReason {
  if (!isRecord(value)) return {};
  const dropped: Partial<Record<DropReason, number>> = {};
  for (const reason of DROP_REASONS) {
    const count = readInteger(value[reason], 0);
    if (count > 0) dropped[reason] = count;
  }
  return dropped;
}

/** Both together. */
export function addCounts(a: LabelCounts, b: LabelCounts): LabelCounts {
  return combine(a, b, (x, y) => Math.min(x + y, Number.MAX_SAFE_INTEGER));
}

/** The later of two reports of one agent, whichever of them came first: its counts never go down. */
export function laterCounts(a: LabelCounts, b: LabelCounts): LabelCounts {
  return combine(a, b, Math.max);
}

function combine(a: LabelCounts, b: LabelCounts, merge: (x: number, y: number) => number): LabelCounts {
  const dropped: Partial<Record<DropReason, number>> = {};
  for (const reason of DROP_REASONS) {
    const count = merge(a.dropped[reason] ?? 0, b.dropped[reason] ?? 0);
    if (count > 0) dropped[reason] = count;
  }
  return {
    captured: merge(a.captured, b.captured),
    stored: merge(a.stored, b.stored),
    spooled: merge(a.spooled, b.spooled),
    dropped,
  };
}
