/**
 * The scrubber by itself, for trying what would leave a process:
 *
 * ```ts
 * import { createScrubber, scrubText } from 'stillframe/scrub';
 *
 * scrubText('mail jane@example.com'); // 'mail [REDACTED:email]'
 * createScrubber({ disabledTypes: ['email'] }).scrubText('mail jane@example.com'); // unchanged
 * ```
 *
 * @module
 */
import { createScrubber } from './create-scrubber.ts';

export { createScrubber } from './create-scrubber.ts';
export { SCRUB_TYPES } from './scrub-type.ts';
export type { ScrubType, Severity } from './scrub-type.ts';
export { SCRUB_VERSION } from './scrubber.ts';
export type { Scrubber, ScrubberOptions, ScrubPattern, SnapshotIdentity } from './scrubber.ts';
export { ScrubOptionError } from './scrub-error.ts';
export type { ScrubOptionCode } from './scrub-error.ts';

/**
 * A text without what must not leave, by the default rules. Each call makes a scrubber of its own: for more than a few
 * texts use {@link createScrubber} once and its `scrubText`.
 */
export function scrubText(text: string): string {
  return createScrubber().scrubText(text);
}
