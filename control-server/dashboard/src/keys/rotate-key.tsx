import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import type { SdkKey } from '../../../../src/protocol/api.ts';
import { administration } from '../administration/administration-api.ts';
import { Button } from '../ui/button.tsx';
import { Modal } from '../ui/modal.tsx';
import { failureText } from '../ui/notice.tsx';
import { SecretOnce } from './secret-once.tsx';

const GRACES: readonly (readonly [seconds: number, words: string])[] = [
  [3_600, 'for another hour'],
  [86_400, 'for another day'],
  [604_800, 'for another week'],
  [0, 'no longer: its agents are disconnected at once'],
];

/** Makes a new key of the same kind; the old one works on for a while, so that services can be changed one by one. */
export function RotateKey({
  sdkKey,
  onClose,
}: {
  readonly sdkKey: SdkKey;
  readonly onClose: () => void;
}): ReactElement {
  const client = useQueryClient();
  const [graceSeconds, setGraceSeconds] = useState(86_400);
  const rotate = useMutation({
    mutationFn: () => administration.rotateKey(sdkKey.id, graceSeconds),
    onSuccess: () => client.invalidateQueries({ queryKey: ['keys'] }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    rotate.mutate();
  };
  if (rotate.data !== undefined) {
    return (
      <Modal open onClose={onClose} title={`New key for “${sdkKey.name}”`} keepOnOutsideClick>
        <SecretOnce secret={rotate.data.secret} />
        <div className="modal-actions">
          <Button tone="primary" onClick={onClose}>
            I have copied it
          </Button>
        </div>
      </Modal>
    );
  }
  return (
    <Modal open onClose={onClose} title={`Rotate “${sdkKey.name}”`} keepOnOutsideClick>
      <form className="form" onSubmit={submit} aria-label="Rotate the key">
        <fieldset className="choices">
          <legend>The present key works</legend>
          {GRACES.map(([seconds, words]) => (
            <label key={seconds}>
              <input
                type="radio"
                name="grace"
                checked={graceSeconds === seconds}
                onChange={() => setGraceSeconds(seconds)}
              />
              {words}
            </label>
          ))}
        </fieldset>
        {rotate.isError && (
          <p className="field-problem" role="alert">
            {failureText(rotate.error)}
          </p>
        )}
        <div className="modal-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" disabled={rotate.isPending} data-testid="rotate-confirm">
            {rotate.isPending ? 'Rotating…' : 'Make the new key'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
