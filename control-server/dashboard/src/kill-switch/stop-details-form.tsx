import { useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import type { KillSwitch } from '../../../../src/protocol/api.ts';
import { useMayAdminister } from '../session/session-gate.tsx';
import { Button } from '../ui/button.tsx';
import { useKillSwitchChange } from './kill-switch-change.ts';
import { endOf, switchChange, targetWords } from './stop-target.ts';

/** How long a stop may last by itself. The empty value leaves its end as it is. */
const LENGTHS: readonly (readonly [minutes: string, words: string])[] = [
  ['15', 'for 15 minutes'],
  ['60', 'for an hour'],
  ['240', 'for 4 hours'],
  ['1440', 'for a day'],
  ['never', 'until it is released'],
];

/** Adds to a stop why it is and when it ends, or changes that. The stop itself has long been in effect. */
export function StopDetailsForm({
  killSwitch,
  onDone,
}: {
  readonly killSwitch: KillSwitch;
  readonly onDone?: () => void;
}): ReactElement {
  const [reason, setReason] = useState(killSwitch.reason ?? '');
  const [length, setLength] = useState('');
  const change = useKillSwitchChange();
  // To end the stop of everything earlier is to release it.
  const mayAdminister = useMayAdminister();
  const mayEnd = mayAdminister || killSwitch.scope !== 'global';
  const isUnchanged = reason.trim() === (killSwitch.reason ?? '') && length === '';
  const save = (event: FormEvent): void => {
    event.preventDefault();
    if (isUnchanged) return;
    const expiresAt = endOf(length, killSwitch.expiresAt, Date.now());
    change.mutate([{ ...switchChange(killSwitch, true, reason.trim()), expiresAt }], {
      onSuccess: () => onDone?.(),
    });
  };
  return (
    <form className="reason-form" onSubmit={save} aria-label={`Why and how long: ${targetWords(killSwitch)}`}>
      <input
        className="input"
        aria-label="Reason for the stop"
        placeholder="Add a reason, for everyone to see"
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-testid="stop-reason"
      />
      {mayEnd && (
        <select
          className="input select"
          aria-label="How long"
          value={length}
          onChange={(event) => setLength(event.currentTarget.value)}
          data-testid="stop-length"
        >
          <option value="">{killSwitch.expiresAt === null ? 'until it is released' : 'end unchanged'}</option>
          {LENGTHS.filter(([minutes]) => minutes !== 'never' || killSwitch.expiresAt !== null).map(
            ([minutes, words]) => (
              <option key={minutes} value={minutes}>
                {words}
              </option>
            ),
          )}
        </select>
      )}
      <Button type="submit" disabled={isUnchanged || change.isPending}>
        {change.isPending ? 'Saving…' : 'Save'}
      </Button>
      {onDone !== undefined && (
        <Button tone="quiet" onClick={onDone}>
          Cancel
        </Button>
      )}
    </form>
  );
}
