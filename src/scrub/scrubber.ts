import type { CapturedSnapshot, CopiedValue } from '../copy/captured-snapshot.ts';
import type { SecurityFlag, Snapshot } from '../protocol/snapshot.ts';
import type { Severity } from './scrub-type.ts';

/** Says in a snapshot by which rules it was scrubbed. Changes when they do. */
export const SCRUB_VERSION = '1';

/** A pattern of the user's own. */
export interface ScrubPattern {
  /** Stands in the marker: `[REDACTED:<name>]`, in lower case with underscores. */
  readonly name: string;
  /** Matched anywhere in a text; the flags `g` and `y` make no difference. */
  readonly pattern: RegExp;
  /** Of the security flag. Default `high`. */
  readonly severity?: Severity;
}

/** Options of {@link createScrubber}; all are optional. */
export interface ScrubberOptions {
  /** False leaves every value raw and says so in the snapshot (`scrubbed: null`). Default true. */
  readonly piiScrubbing?: boolean;
  /** Types that are not looked for. */
  readonly disabledTypes?: readonly string[];
  /** Names that are always sensitive, at every depth, in any spelling (`customerCode` is `customer_code`). */
  readonly redactNames?: readonly string[];
  /** Names that never are; wins over everything but the headers that carry credentials. */
  readonly allowNames?: readonly string[];
  /** Places whose value is always replaced: `user.card.number`, `items[*].token`. */
  readonly redactPaths?: readonly string[];
  /** Patterns of one's own, at most 50. */
  readonly patterns?: readonly ScrubPattern[];
  /** Milliseconds that the scrub of one snapshot may take; values after that become `[REDACTED:unscanned]`. Default 250. */
  readonly budgetMs?: number;
  /** A clock in milliseconds. */
  readonly now?: () => number;
}

/** Who sends: what the agent adds to every snapshot. */
export interface SnapshotIdentity {
  readonly serviceName: string;
  readonly environment: string | null;
  readonly release: string | null;
  readonly commit: string | null;
  readonly host: string | null;
  readonly instanceId: string | null;
}

/** Takes out what must not leave a process. */
export interface Scrubber {
  /** A capture as it may leave: scrubbed, cut to its limits, at most `limits.maxPayloadBytes` long on the wire. */
  scrubSnapshot(captured: CapturedSnapshot, identity: SnapshotIdentity): Snapshot;
  /** A snapshot as it came from another agent, with every text of it scrubbed. Scrubbing twice changes nothing. */
  scrubReceived(snapshot: Snapshot): Snapshot;
  /** A copied value by itself, with what was found. */
  scrubCopied(copied: CopiedValue): CopiedValue & { readonly findings: readonly SecurityFlag[] };
  /** A text by itself. */
  scrubText(text: string): string;
}
