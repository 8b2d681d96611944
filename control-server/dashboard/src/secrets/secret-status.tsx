import type { ReactElement } from 'react';
import { formatInstant } from '../../../wording/time.ts';
import { Status } from '../ui/chip.tsx';
import { Age } from '../ui/clock.tsx';
import type { SecretState } from './secret-state.ts';

/** In words whether a key or token works. */
export function SecretStatus({ state }: { readonly state: SecretState }): ReactElement {
  if (state.state !== 'valid') {
    return (
      <Status tone="neutral">
        {state.state === 'revoked' ? 'Revoked' : 'Expired'} <Age instant={state.at} />
      </Status>
    );
  }
  if (state.until === null) return <Status tone="ok">Valid</Status>;
  return (
    <Status tone={state.isReplaced ? 'warn' : 'ok'} title={formatInstant(state.until)}>
      {state.isReplaced ? 'Replaced, works until' : 'Valid until'} {formatInstant(state.until).slice(0, 16)}
    </Status>
  );
}
