import type { ReactElement } from 'react';
import { countOf, formatCount } from '../text/quantity.ts';
import { OutcomeBar } from './outcome-bar.tsx';
import { addUpOutcomes, outcomeParts } from './outcome-parts.ts';
import type { CallOutcomes } from './outcome-parts.ts';

/** What became of all calls of a service since its agents started, by reason: a bar with its legend. */
export function ServiceOutcomes({
  outcomes,
}: {
  /** By label. */
  readonly outcomes: readonly CallOutcomes[];
}): ReactElement | null {
  const parts = outcomeParts(addUpOutcomes(outcomes));
  if (!parts.some(({ outcome }) => outcome !== 'captured')) return null;
  const calls = parts.reduce((sum, { count }) => sum + count, 0);
  return (
    <section className="panel outcomes" aria-label="What became of the calls" data-testid="service-outcomes">
      <p className="outcomes-title">
        {countOf(calls, 'call')} <span className="faint">since the agents started</span>
      </p>
      <OutcomeBar parts={parts} />
      <ul className="outcomes-legend">
        {parts.map(({ name, outcome, words, count, strength }) => (
          <li key={name} title={words}>
            <span
              className={`outcomes-swatch outcome-${outcome}`}
              style={{ opacity: strength }}
              aria-hidden="true"
            />
            <span className="number">{formatCount(count)}</span> {name}
            {outcome !== 'captured' && <span className="outcomes-words">{words}</span>}
            {outcome === 'lost' && <span className="call-counts-lost"> (lost)</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
