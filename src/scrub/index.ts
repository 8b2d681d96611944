/**
 * The scrubber by itself, for trying what would leave a process:
 *
 * ```ts
 * import { createScrubber, scrubText } from 'stillframe/scrub';
 *
 * createScrubber().scrub({ mail: 'jane@example.com' });
 * // { value: { mail: '[REDACTED:email]' }, marks: […], findings: [{ type: 'email', severity: 'medium', path: 'variables/mail' }] }
 * scrubText('mail jane@example.com'); // 'mail [REDACTED:email]'
 * ```
 *
 * @module
 */
import { createScrubber } from './create-scrubber.ts';

export { createScrubber } from './create-scrubber.ts';
export { SCRUB_TYPES } from './scrub-type.ts';
export type { ScrubType, Severity } from './scrub-type.ts';
export { SCRUB_VERSION } from './scrubber.ts';
export type { Scrubbed, Scrubber, ScrubberOptions, ScrubLimits, ScrubRules } from './scrubber.ts';
export type { PiiPattern } from './custom-pattern.ts';
export { ScrubOptionError } from './scrub-error.ts';
export type { ScrubOptionCode } from './scrub-error.ts';

/**
 * A text without what must not leave, by the default rules. Each call makes a scrubber of its own: for more than a few
 * texts use {@link createScrubber} once and its `scrubText`.
 */
export function scrubText(text: string): string {
  return createScrubber().scrubText(text);
}
