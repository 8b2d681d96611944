import type { ReactElement, ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { useKillSwitchChange } from './kill-switch-change.ts';
import { switchChange } from './stop-target.ts';
import type { StopTarget } from './stop-target.ts';

/** Stops capture with one click; a reason may follow. */
export function StopButton({
  target,
  testId,
  title,
  about,
  children,
}: {
  readonly target: StopTarget;
  readonly testId: string;
  readonly title: string;
  /** Which one, where a page has several. */
  readonly about?: string;
  readonly children: ReactNode;
}): ReactElement {
  const change = useKillSwitchChange();
  return (
    <Button
      tone="danger"
      icon="stop"
      className="stop-button"
      title={title}
      {...(about !== undefined && { about })}
      disabled={change.isPending}
      onClick={() => change.mutate([switchChange(target, true)])}
      data-testid={testId}
    >
      {change.isPending ? 'Stopping…' : children}
    </Button>
  );
}
