import type { ReactElement } from 'react';
import { TextField } from '../ui/field.tsx';
import type { DraftPart } from './breakpoint-draft.ts';

const PLACES = [
  ['label', 'At a label'],
  ['line', 'At a line'],
] as const;

/** Where a new breakpoint is to stand: at a label, or at a line. */
export function PlaceFields({ draft, problems, onChange }: DraftPart): ReactElement {
  return (
    <>
      <div className="segments" role="radiogroup" aria-label="Where">
        {PLACES.map(([place, words]) => (
          <label key={place} className="segment">
            <input
              type="radio"
              name="breakpoint-place"
              checked={draft.place === place}
              onChange={() => onChange({ place })}
            />
            {words}
          </label>
        ))}
      </div>
      {draft.place === 'line' && (
        <TextField
          label="File and line"
          mono
          autoFocus
          placeholder="src/order.ts:42"
          hint={
            'The end of the path is enough. A column behind the line, as in :42:17, means the first place at or behind ' +
            'it. No code has to call anything: the running service looks at the line when it is reached.'
          }
          problem={problems.line}
          value={draft.line}
          onChange={(event) => onChange({ line: event.currentTarget.value })}
        />
      )}
      {draft.place === 'label' && (
        <TextField
          label="Label"
          mono
          autoFocus
          placeholder="checkout"
          hint="As the code passes it to captureSnapshot('checkout', …)."
          problem={problems.label}
          value={draft.label}
          onChange={(event) => onChange({ label: event.currentTarget.value })}
        />
      )}
    </>
  );
}
