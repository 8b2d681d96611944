import type { ReactElement } from 'react';
import type { AgentSummary } from '../../../../src/protocol/api.ts';
import { countOf, formatCount } from '../../../wording/quantity.ts';
import { useNowMs } from '../ui/clock.tsx';
import { OutcomeBar } from './outcome-bar.tsx';
import { addUpOutcomes, countedBy, outcomeParts } from './outcome-parts.ts';
import type { CallOutcomes } from './outcome-parts.ts';

/**
 * What became of all calls of a service, by reason: a bar with its legend. Agents tell totals since their start, and nobody
 * keeps what one told that is gone: so it says whose these are.
 */
export function ServiceOutcomes({
  agents,
  outcomes,
}: {
  readonly agents: readonly AgentSummary[];
  /** By label. */
  readonly outcomes: readonly CallOutcomes[];
}): ReactElement | null {
  const nowMs = useNowMs();
  const parts = outcomeParts(addUpOutcomes(outcomes));
  if (!parts.some(({ outcome }) => outcome !== 'stored')) return null;
  const calls = parts.reduce((sum, { count }) => sum + count, 0);
  return (
    <section className="panel outcomes" aria-label="What became of the calls" data-testid="service-outcomes">
      <p className="outcomes-title">
        {countOf(calls, 'call')} <span className="faint">{countedBy(agents, nowMs)}</span>
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
            {outcome !== 'stored' && <span className="outcomes-words"> {words}</span>}
            {outcome === 'lost' && <span className="call-counts-lost"> (lost)</span>}
          </li>
        ))}
      </ul>
      <p className="field-hint">
        Calls are not counted while capture is stopped. A process that starts anew begins at 0.
      </p>
    </section>
  );
}
