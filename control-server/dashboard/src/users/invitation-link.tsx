import type { ReactElement } from 'react';
import type { InvitedUser } from '../../../../src/protocol/api-people.ts';
import { formatInstant } from '../../../wording/time.ts';
import { Button } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';

/** The link by which an invited person chooses a password: shown now and never again. */
export function InvitationLink({
  invited,
  onDone,
}: {
  readonly invited: InvitedUser;
  readonly onDone: () => void;
}): ReactElement {
  const { link, expiresAt } = invited.invitation;
  return (
    <>
      <div className="secret">
        <code className="secret-text" data-testid="invitation-link">
          {link}
        </code>
        <CopyButton label="Copy link" text={() => link} />
        <p className="secret-note">
          Give it to {invited.user.name} yourself: it is shown only once, works once, and until{' '}
          {formatInstant(expiresAt).slice(0, 16)}. Whoever has it chooses the password.
        </p>
      </div>
      <div className="modal-actions">
        <Button tone="primary" onClick={onDone}>
          I have copied it
        </Button>
      </div>
    </>
  );
}
