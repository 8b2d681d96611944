import type { ReactElement } from 'react';
import { Button } from '../ui/button.tsx';
import { Icon } from '../ui/icons.tsx';

/** Somebody else changed what this form is about: nothing was saved, and what to do about it. */
export function ChangedMeanwhile({
  isBusy,
  onTakeTheirs,
  onKeepMine,
}: {
  readonly isBusy: boolean;
  readonly onTakeTheirs: () => void;
  readonly onKeepMine: () => void;
}): ReactElement {
  return (
    <div className="notice notice-warn" role="alert" data-testid="changed-meanwhile">
      <Icon name="alert" />
      <p>Somebody else changed this breakpoint meanwhile, so nothing was saved.</p>
      <Button disabled={isBusy} onClick={onTakeTheirs}>
        Show what is set now
      </Button>
      <Button disabled={isBusy} onClick={onKeepMine}>
        Save mine over it
      </Button>
    </div>
  );
}
