import type { ReactElement, ReactNode } from 'react';
import { Button } from '../ui/button.tsx';
import { Modal } from '../ui/modal.tsx';
import { SecretOnce } from './secret-once.tsx';

/** A new secret in a dialog that no click beside it closes. */
export function SecretDialog({
  title,
  secret,
  noun,
  isWide = false,
  onClose,
  children,
}: {
  readonly title: string;
  readonly secret: string;
  readonly noun: 'key' | 'token' | 'secret';
  readonly isWide?: boolean;
  readonly onClose: () => void;
  /** What to do with it. */
  readonly children?: ReactNode;
}): ReactElement {
  return (
    <Modal open onClose={onClose} title={title} wide={isWide} keepOnOutsideClick>
      <SecretOnce secret={secret} noun={noun} />
      {children}
      <div className="modal-actions">
        <Button tone="primary" onClick={onClose}>
          I have copied it
        </Button>
      </div>
    </Modal>
  );
}
