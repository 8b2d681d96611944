import { useState } from 'react';
import type { ReactElement } from 'react';
import type { KillSwitch } from '../../../../src/protocol/api.ts';
import { useMayChange } from '../session/session-gate.tsx';
import { formatInstant, formatMinute } from '../../../wording/time.ts';
import { Button } from '../ui/button.tsx';
import { Age, useNowMs } from '../ui/clock.tsx';
import { targetWords } from './stop-target.ts';
import { StopDetailsForm } from './stop-details-form.tsx';

/** Since when, by whom, why and until when; what is missing can be added here. */
export function StopFacts({ killSwitch }: { readonly killSwitch: KillSwitch }): ReactElement {
  const mayChange = useMayChange();
  const nowMs = useNowMs();
  const [isEditing, setIsEditing] = useState(false);
  const hasReason = killSwitch.reason !== null && killSwitch.reason !== '';
  return (
    <div className="stop-facts">
      <span>
        {killSwitch.by === null ? (
          'Stopped'
        ) : (
          <>
            By <strong>{killSwitch.by}</strong>
          </>
        )}{' '}
        <Age instant={killSwitch.at} />
        {killSwitch.expiresAt !== null && (
          <>
            , until{' '}
            <time dateTime={killSwitch.expiresAt} title={formatInstant(killSwitch.expiresAt)}>
              {formatMinute(killSwitch.expiresAt, nowMs)}
            </time>
          </>
        )}
      </span>
      {!killSwitch.written && (
        <span className="stop-unwritten" data-testid="stop-unwritten">
          In effect, not yet written: the server cannot write its database.
        </span>
      )}
      {hasReason && !isEditing && <span className="stop-reason">“{killSwitch.reason}”</span>}
      {mayChange && (!hasReason || isEditing) ? (
        <StopDetailsForm
          key={String(hasReason)}
          killSwitch={killSwitch}
          {...(hasReason && { onDone: () => setIsEditing(false) })}
        />
      ) : (
        mayChange && (
          <Button
            tone="quiet"
            about={`the stop: ${targetWords(killSwitch)}`}
            onClick={() => setIsEditing(true)}
            data-testid="edit-stop"
          >
            Change
          </Button>
        )
      )}
    </div>
  );
}
