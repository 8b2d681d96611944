import { useQuery } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { killSwitchesQuery } from '../queries.ts';
import { useMayAdminister } from '../session/session-gate.tsx';
import { Icon } from '../ui/icons.tsx';
import { globalStop } from './effective-stop.ts';
import { ReleaseButton } from './release-button.tsx';
import { StopFacts } from './stop-facts.tsx';

/** On every page while the global switch is on. The region stays, so that screen readers hear it change. */
export function GlobalStopBanner(): ReactElement {
  const { data: switches = [] } = useQuery(killSwitchesQuery);
  const mayRelease = useMayAdminister();
  const stop = globalStop(switches);
  return (
    <div role="status" data-testid="global-stop-banner" className={stop === null ? undefined : 'stop-banner'}>
      {stop !== null && (
        <>
          <p className="stop-banner-title">
            <Icon name="stop" /> Capture is stopped everywhere
          </p>
          <StopFacts killSwitch={stop} />
          {mayRelease && (
            <ReleaseButton switches={[stop]} testId="kill-switch-global-release">
              <p>
                Every service starts capturing again at once, unless its own switch is on. What was queued
                when capture stopped has been dropped.
              </p>
            </ReleaseButton>
          )}
        </>
      )}
    </div>
  );
}
