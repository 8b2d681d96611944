import type { ReactElement } from 'react';
import type { AgentSummary } from '../../../../src/protocol/api.ts';
import { useMayChange } from '../session/session-gate.tsx';
import { countOf } from '../../../wording/quantity.ts';
import { Icon } from '../ui/icons.tsx';
import { stopProgress } from './effective-stop.ts';
import type { EffectiveStop } from './effective-stop.ts';
import { ReleaseButton } from './release-button.tsx';
import { StopFacts } from './stop-facts.tsx';
import { targetWords } from './stop-target.ts';

/** Why a service does not capture, how far the stop has come, and the way back. Nothing while it captures. */
export function ServiceStopPanel({
  stop,
  agents,
}: {
  readonly stop: EffectiveStop;
  readonly agents: readonly AgentSummary[];
}): ReactElement | null {
  const mayChange = useMayChange();
  const [own] = stop.service;
  if (own === undefined && stop.global === null) return null;
  return (
    <section className="stop-panel" role="status" aria-label="Kill switch" data-testid="service-stop-panel">
      <div className="stop-panel-head">
        <p className="stop-panel-title">
          <Icon name="stop" />{' '}
          {own === undefined ? 'Stopped by the global switch' : `Capture is stopped for ${targetWords(own)}`}
          {own !== undefined && stop.global !== null && ', and everywhere by the global switch'}
        </p>
        <Progress agents={agents} />
      </div>
      {own !== undefined && (
        <div className="stop-panel-body">
          <StopFacts killSwitch={own} />
          {mayChange && (
            <ReleaseButton switches={stop.service} testId="kill-switch-service-release">
              <p>
                {stop.global === null
                  ? 'The agents of this service start capturing again at once.'
                  : 'The global switch is on as well: this service stays stopped until that one is released too.'}
              </p>
            </ReleaseButton>
          )}
        </div>
      )}
    </section>
  );
}

function Progress({ agents }: { readonly agents: readonly AgentSummary[] }): ReactElement {
  const { stopped, reporting, silent } = stopProgress(agents);
  const words = [
    ...(reporting === 0 ? [] : [`Stopped on ${stopped} of ${countOf(reporting, 'agent')}`]),
    ...(silent === 0 ? [] : [`${countOf(silent, 'agent does', 'agents do')} not report`]),
  ];
  return (
    <p className="stop-progress" data-testid="stop-progress">
      {words.length === 0 ? 'No agent is connected' : words.join(' · ')}
    </p>
  );
}
