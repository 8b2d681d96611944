import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import { Button } from '../ui/button.tsx';
import { Modal } from '../ui/modal.tsx';
import { failureText } from '../ui/notice.tsx';
import { SecretOnce } from './secret-once.tsx';

const GRACES = [
  [3_600, 'for another hour'],
  [86_400, 'for another day'],
  [604_800, 'for another week'],
] as const;

/** Makes a new secret of the same kind; the old one works on for a while, so that programs can be changed one by one. */
export function RotateSecret({
  noun,
  name,
  atOnce,
  rotate,
  queryKey,
  onClose,
}: {
  readonly noun: 'key' | 'token' | 'secret';
  /** Whose secret it is, as people know it. */
  readonly name: string;
  /** What it means that the old one works no longer: `its agents are disconnected at once`. */
  readonly atOnce: string;
  readonly rotate: (graceSeconds: number) => Promise<{ readonly secret: string }>;
  /** What is stale then. */
  readonly queryKey: readonly string[];
  readonly onClose: () => void;
}): ReactElement {
  const client = useQueryClient();
  const [graceSeconds, setGraceSeconds] = useState(86_400);
  const rotation = useMutation({
    mutationFn: () => rotate(graceSeconds),
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    rotation.mutate();
  };
  if (rotation.data !== undefined) {
    return (
      <Modal open onClose={onClose} title={`New ${noun} for “${name}”`} keepOnOutsideClick>
        <SecretOnce secret={rotation.data.secret} noun={noun} />
        <div className="modal-actions">
          <Button tone="primary" onClick={onClose}>
            I have copied it
          </Button>
        </div>
      </Modal>
    );
  }
  return (
    <Modal open onClose={onClose} title={`Rotate “${name}”`} keepOnOutsideClick>
      <form className="form" onSubmit={submit} aria-label={`Rotate the ${noun}`}>
        <fieldset className="choices">
          <legend>The present {noun} works</legend>
          {[...GRACES, [0, `no longer: ${atOnce}`] as const].map(([seconds, words]) => (
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
        {rotation.isError && (
          <p className="field-problem" role="alert">
            {failureText(rotation.error)}
          </p>
        )}
        <div className="modal-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" disabled={rotation.isPending} data-testid="rotate-confirm">
            {rotation.isPending ? 'Rotating…' : `Make the new ${noun}`}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
