import { useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import type { KillSwitch } from '../../../../src/protocol/api.ts';
import { useMayChange } from '../session/session-gate.tsx';
import { Button } from '../ui/button.tsx';
import { Age } from '../ui/clock.tsx';
import { useKillSwitchChange } from './kill-switch-change.ts';
import { switchChange } from './stop-target.ts';

/** Since when, by whom and why; a reason that is missing can be added here. */
export function StopFacts({ killSwitch }: { readonly killSwitch: KillSwitch }): ReactElement {
  const mayChange = useMayChange();
  return (
    <div className="stop-facts">
      <span>
        Since <Age instant={killSwitch.at} />
        {killSwitch.by !== null && (
          <>
            {' '}
            by <strong>{killSwitch.by}</strong>
          </>
        )}
        {killSwitch.expiresAt !== null && (
          <>
            {' '}
            until{' '}
            <time dateTime={killSwitch.expiresAt}>{new Date(killSwitch.expiresAt).toLocaleString()}</time>
          </>
        )}
      </span>
      {!killSwitch.written && (
        <span className="stop-unwritten" data-testid="stop-unwritten">
          In effect, not yet written: the server cannot write its database.
        </span>
      )}
      {killSwitch.reason !== null && killSwitch.reason !== '' ? (
        <span className="stop-reason">“{killSwitch.reason}”</span>
      ) : (
        mayChange && <ReasonForm killSwitch={killSwitch} />
      )}
    </div>
  );
}

function ReasonForm({ killSwitch }: { readonly killSwitch: KillSwitch }): ReactElement {
  const [reason, setReason] = useState('');
  const change = useKillSwitchChange();
  const save = (event: FormEvent): void => {
    event.preventDefault();
    if (reason.trim() === '') return;
    const { expiresAt } = killSwitch;
    change.mutate([
      { ...switchChange(killSwitch, true, reason.trim()), ...(expiresAt !== null && { expiresAt }) },
    ]);
  };
  return (
    <form className="reason-form" onSubmit={save}>
      <input
        className="input"
        aria-label="Reason for the stop"
        placeholder="Add a reason, for everyone to see"
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-testid="stop-reason"
      />
      <Button type="submit" disabled={reason.trim() === '' || change.isPending}>
        Save
      </Button>
    </form>
  );
}
