import type { ReactElement } from 'react';
import { formatCount } from '../../../wording/quantity.ts';
import type { OutcomePart } from './outcome-parts.ts';

/** What became of calls, as shares of one bar. Only drawn: the words beside it say the same. */
export function OutcomeBar({ parts }: { readonly parts: readonly OutcomePart[] }): ReactElement | null {
  if (parts.length === 0) return null;
  return (
    <span className="outcome-bar" aria-hidden="true" data-testid="outcome-bar">
      {parts.map((part) => (
        <span
          key={part.name}
          className={`outcome-${part.outcome}`}
          style={{ flexGrow: part.count, opacity: part.strength }}
          title={`${formatCount(part.count)} ${part.name}: ${part.words}`}
        />
      ))}
    </span>
  );
}
