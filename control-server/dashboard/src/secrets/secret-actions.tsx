import type { ReactElement } from 'react';
import { Button } from '../ui/button.tsx';
import type { SecretState } from './secret-state.ts';

/** What can be done with a key or token; nothing with one that has ended. */
export function SecretActions({
  state,
  about,
  onRotate,
  onRevoke,
}: {
  readonly state: SecretState;
  /** Which one, such as `key shop`. */
  readonly about: string;
  /** Null: not by this person. */
  readonly onRotate: (() => void) | null;
  readonly onRevoke: () => void;
}): ReactElement | null {
  if (state.state !== 'valid') return null;
  return (
    <>
      {!state.isReplaced && onRotate !== null && (
        <Button tone="quiet" about={about} onClick={onRotate} data-testid="rotate-key">
          Rotate…
        </Button>
      )}
      <Button tone="quiet" about={about} onClick={onRevoke} data-testid="revoke-key">
        Revoke…
      </Button>
    </>
  );
}
