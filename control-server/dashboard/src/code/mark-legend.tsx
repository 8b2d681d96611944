import type { ReactElement } from 'react';
import { MARK_PATHS } from '../source/mark-paths.ts';
import { Dropdown } from '../ui/dropdown.tsx';
import { LINE_STATE_WORDS } from './line-state.ts';
import type { LineState } from './line-state.ts';

const STATES = Object.keys(LINE_STATE_WORDS) as LineState[];

/** What the drawings in the margin mean. */
export function MarkLegend(): ReactElement {
  return (
    <Dropdown label="Marks" icon="breakpoint">
      {() => (
        <ul className="mark-legend" data-testid="mark-legend">
          {STATES.map((state) => (
            <li key={state}>
              <MarkIcon name={state} />
              {LINE_STATE_WORDS[state]}
            </li>
          ))}
          <li>
            <MarkIcon name="label" />A label was captured on this line
          </li>
        </ul>
      )}
    </Dropdown>
  );
}

/** The drawing of a state, as the margin has it. */
export function MarkIcon({ name }: { readonly name: LineState | 'label' | 'leaving' }): ReactElement {
  return (
    <span className={`mark mark-${name}`} aria-hidden="true">
      <svg viewBox="0 0 16 16" width={16} height={16}>
        <path d={MARK_PATHS[name]} />
      </svg>
    </span>
  );
}
