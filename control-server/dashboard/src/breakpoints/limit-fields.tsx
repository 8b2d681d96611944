import { useLayoutEffect, useRef } from 'react';
import type { ReactElement } from 'react';
import { formatCount } from '../../../wording/quantity.ts';
import { TextField } from '../ui/field.tsx';
import type { DraftPart } from './breakpoint-draft.ts';
import { COPY_LIMITS } from './copy-limits.ts';

/** How much one capture may hold. Folded until something is set there, or wrong. */
export function LimitFields({ draft, problems, onChange }: DraftPart): ReactElement {
  const frame = useRef<HTMLDetailsElement>(null);
  const isNeeded = COPY_LIMITS.some(({ name }) => draft[name] !== '' || problems[name] !== undefined);
  // Never folded by us: a field that is being emptied would go away under the cursor.
  useLayoutEffect(() => {
    if (isNeeded && frame.current !== null) frame.current.open = true;
  });
  return (
    <details ref={frame} className="limits" data-testid="limits">
      <summary>Limits of a capture</summary>
      <div className="limits-fields">
        {COPY_LIMITS.map(({ name, label, usual, least, most }) => (
          <TextField
            key={name}
            label={label}
            inputMode="numeric"
            placeholder={formatCount(usual)}
            hint={`${formatCount(least)} to ${formatCount(most)}`}
            problem={problems[name]}
            value={draft[name]}
            onChange={(event) => onChange({ [name]: event.currentTarget.value })}
          />
        ))}
      </div>
      <p className="field-hint">
        Left empty, a service uses its own limits, the ones in grey unless it was started with others. A
        higher number than its own counts only where it allows that (<code>allowRemoteLimits</code>).
      </p>
    </details>
  );
}
