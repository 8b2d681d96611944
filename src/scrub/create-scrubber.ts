import type { CapturedSnapshot } from '../copy/captured-snapshot.ts';
import { copyValue } from '../copy/copy-value.ts';
import { withScrubMargin } from '../copy/margin.ts';
import { readBudget, readLimits } from './scrub-limits.ts';
import { assertKnownOptions } from './scrub-rules.ts';
import { ERROR_MARKER } from './scrub-type.ts';
import type { Scrubbed, Scrubber, ScrubberOptions } from './scrubber.ts';
import { createSnapshotScrubber } from './snapshot-scrubber.ts';
import type { SnapshotIdentity } from './snapshot-scrubber.ts';

/**
 * A scrubber for trying what would leave a process, and for one's own logs.
 *
 * ```ts
 * const { value, findings } = createScrubber({ limits: { maxDepth: 20 } }).scrub({ mail: 'jane@example.com' });
 * ```
 *
 * @throws ScrubOptionError for an option that is unknown, out of range, hostile or not linear in time
 */
export function createScrubber(options: ScrubberOptions = {}): Scrubber {
  assertKnownOptions(options);
  const { limits: given, budgetMs, ...rules } = options;
  const { limits, isWide } = readLimits(given);
  const scrubber = createSnapshotScrubber(rules, {
    budgetMs: readBudget(budgetMs, isWide),
    ...(isWide ? { maxFlags: Number.POSITIVE_INFINITY } : {}),
  });
  return {
    scrub(value) {
      try {
        const variables = copyValue(value, withScrubMargin(limits));
        const snapshot = scrubber.scrubSnapshot({ ...NOTHING_ELSE, variables, limits }, NOBODY);
        return { value: snapshot.variables, marks: snapshot.valueMarks, findings: snapshot.securityFlags };
      } catch {
        return FAILED;
      }
    },
    scrubText: (text) => scrubber.scrubText(text),
  };
}

/** A capture of a value and nothing beside it. */
const NOTHING_ELSE: Omit<CapturedSnapshot, 'variables' | 'limits'> = {
  snapshotId: '',
  breakpointId: null,
  label: null,
  frames: [],
  traceId: null,
  spanId: null,
  requestContext: null,
  expressionResults: null,
  logMessage: null,
  mode: 'snapshot',
  capturedAtMs: 0,
};

const NOBODY: SnapshotIdentity = {
  serviceName: '',
  environment: null,
  release: null,
  commit: null,
  host: null,
  instanceId: null,
};

const FAILED: Scrubbed = {
  value: ERROR_MARKER,
  marks: [{ path: '', kind: 'other', reason: 'redacted' }],
  findings: [{ type: 'error', severity: 'high', path: 'variables' }],
};
