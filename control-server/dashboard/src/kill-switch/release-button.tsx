import { useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import type { KillSwitch } from '../../../../src/protocol/api.ts';
import { Button } from '../ui/button.tsx';
import { Confirmation } from '../ui/modal.tsx';
import { useKillSwitchChange } from './kill-switch-change.ts';
import { switchChange, targetWords } from './stop-target.ts';

/** Lets capture go on, after a question: switching capture on is the step with consequences. */
export function ReleaseButton({
  switches,
  testId,
  children,
}: {
  readonly switches: readonly KillSwitch[];
  readonly testId: string;
  /** What will happen, for the question. */
  readonly children: ReactNode;
}): ReactElement {
  const [isAsking, setIsAsking] = useState(false);
  const change = useKillSwitchChange();
  const release = (): void =>
    change.mutate(
      switches.map((killSwitch) => switchChange(killSwitch, false)),
      { onSuccess: () => setIsAsking(false) },
    );
  const [first] = switches;
  return (
    <>
      <Button
        icon="play"
        {...(first !== undefined && { about: targetWords(first) })}
        onClick={() => setIsAsking(true)}
        data-testid={testId}
      >
        Release…
      </Button>
      <Confirmation
        open={isAsking}
        onCancel={() => setIsAsking(false)}
        onConfirm={release}
        title={`Resume capture ${first === undefined || first.scope === 'global' ? 'everywhere' : `for ${targetWords(first)}`}?`}
        confirmLabel={change.isPending ? 'Releasing…' : 'Resume capture'}
        tone="primary"
        isBusy={change.isPending}
        error={change.error}
        testId="release-dialog"
      >
        {children}
      </Confirmation>
    </>
  );
}
