import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { DialogForm } from '../ui/dialog-form.tsx';
import { SecretDialog } from './secret-dialog.tsx';

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
  if (rotation.data !== undefined) {
    return (
      <SecretDialog
        title={`New ${noun} for “${name}”`}
        secret={rotation.data.secret}
        noun={noun}
        onClose={onClose}
      />
    );
  }
  return (
    <DialogForm
      title={`Rotate “${name}”`}
      formLabel={`Rotate the ${noun}`}
      submitLabel={`Make the new ${noun}`}
      busyLabel="Rotating…"
      isBusy={rotation.isPending}
      error={rotation.error}
      submitTestId="rotate-confirm"
      onSubmit={() => rotation.mutate()}
      onClose={onClose}
    >
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
    </DialogForm>
  );
}
