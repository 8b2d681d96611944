import { createCustomPatterns } from './custom-pattern.ts';
import type { CustomPattern } from './custom-pattern.ts';
import { parseRedactPath } from './redact-path.ts';
import { readDisabledTypes, readNames, readPaths, readPiiScrubbing } from './scrub-rules.ts';
import type { ScrubType } from './scrub-type.ts';
import type { ScrubRules } from './scrubber.ts';

/** Rules that a scrubber can follow. What the user holds of them may change: these do not. */
export interface CheckedRules {
  readonly piiScrubbing: boolean;
  readonly disabled: ReadonlySet<ScrubType>;
  readonly redactNames: readonly string[];
  readonly allowNames: readonly string[];
  readonly paths: readonly string[];
  readonly patterns: readonly CustomPattern[];
}

/**
 * Checks rules without the scrubber: that is ten times as much code, and `init` does not wait for it.
 * @throws ScrubOptionError for an unknown type, a path that is hostile or unsupported, a pattern that can go super-linear
 */
export function checkScrubRules(rules: ScrubRules = {}): CheckedRules {
  const piiScrubbing = readPiiScrubbing(rules);
  const paths = [...readPaths(rules)];
  paths.forEach(parseRedactPath);
  return {
    piiScrubbing,
    paths,
    disabled: readDisabledTypes(rules),
    redactNames: [...readNames('redactNames', rules)],
    allowNames: [...readNames('allowNames', rules)],
    patterns: createCustomPatterns(rules.piiPatterns ?? []),
  };
}
