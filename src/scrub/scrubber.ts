import type { JsonValue } from '../protocol/json.ts';
import type { CaptureLimits } from '../protocol/limits.ts';
import type { SecurityFlag } from '../protocol/snapshot.ts';
import type { ValueMark } from '../protocol/value-mark.ts';
import type { PiiPattern } from './custom-pattern.ts';

/** Says in a snapshot by which rules it was scrubbed. Changes when they do. */
export const SCRUB_VERSION = '1';

/** What is scrubbed; the options that the agent has too, under the same names. All are optional. */
export interface ScrubRules {
  /** False leaves every value raw and says so in the snapshot (`scrubbed: null`). Default true. */
  readonly piiScrubbing?: boolean;
  /** Types that are not looked for, of {@link SCRUB_TYPES}. */
  readonly disabledTypes?: readonly string[];
  /** Names that are always sensitive, at every depth, in any spelling (`customerCode` is `customer_code`). */
  readonly redactNames?: readonly string[];
  /** Names that never are; wins over everything but the headers that carry credentials. */
  readonly allowNames?: readonly string[];
  /** Places whose value is always replaced: `user.card.number`, `items[*].token`. At most one wildcard each. */
  readonly redactPaths?: readonly string[];
  /** Patterns of one's own, at most 50. */
  readonly piiPatterns?: readonly PiiPattern[];
}

/** How much of a value is kept; what is left out has the agent's default. */
export type ScrubLimits = Partial<Omit<CaptureLimits, 'maxFrames'>>;

/** Options of `createScrubber`; all are optional. */
export interface ScrubberOptions extends ScrubRules {
  /**
   * How much of a value is kept. The defaults are the agent's, but that `maxCopyMs` applies only where you give it;
   * values may be as large as you like, beyond what an agent may have, and then `budgetMs` too only applies when given.
   */
  readonly limits?: ScrubLimits;
  /**
   * Milliseconds of work that the scrub of one value or text may take, and a quarter of those that may pass by the clock;
   * what is left after that becomes `[REDACTED:unscanned]`. Default 250, as in an agent.
   */
  readonly budgetMs?: number;
}

/** A value as it would leave the process. */
export interface Scrubbed {
  /** Plain JSON: what `variables` would be on the wire. */
  readonly value: JsonValue;
  /**
   * What JSON cannot say: kinds of values (a `Map`, an accessor), and what was cut or redacted. A text `"[Getter]"` of
   * your own has no mark.
   */
  readonly marks: readonly ValueMark[];
  /** What was redacted, and where: the security flags of the snapshot. Paths begin with `variables`. */
  readonly findings: readonly SecurityFlag[];
}

/** Shows what would leave a process. */
export interface Scrubber {
  /**
   * Copies a value within the limits, scrubs the copy and cuts it, exactly as a capture does. Takes any value, never
   * throws, never writes to it, and runs none of its code: no getter, no Proxy trap, no `toJSON`.
   */
  scrub(value: unknown): Scrubbed;
  /** A text without what must not leave, of any length: the limits do not apply. */
  scrubText(text: string): string;
}
