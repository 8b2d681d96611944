import type { ReactElement } from 'react';
import type { SecurityFlag } from '../../../../src/protocol/snapshot.ts';
import { Chip } from '../ui/chip.tsx';
import { redactionName } from '../../../wording/redaction.ts';

/** Where the scrubber acted. */
export function FlagsList({
  flags,
  isScrubbed,
}: {
  readonly flags: readonly SecurityFlag[];
  readonly isScrubbed: boolean;
}): ReactElement {
  if (flags.length === 0) {
    return (
      <p className="panel-empty">
        {isScrubbed ? 'The scrubber saw everything here and removed nothing.' : 'Nothing was flagged.'}
      </p>
    );
  }
  return (
    <ul className="flags">
      {flags.map((flag, index) => (
        <li key={index}>
          <Chip tone="redact">{redactionName(flag.type)}</Chip>
          <span>
            <code className="break-anywhere">{flag.path}</code>
            {flag.severity === 'high' && <span className="severity"> high</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
