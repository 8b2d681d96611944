import { AlertDialog } from '@base-ui/react/alert-dialog';
import { Dialog } from '@base-ui/react/dialog';
import type { ReactElement, ReactNode } from 'react';
import { Button, IconButton } from './button.tsx';
import { failureText } from './failure-text.ts';

/** What a dialog shows and whom it tells. */
export interface ModalProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly children: ReactNode;
  readonly wide?: boolean;
  /** For what would be lost: only Escape, the cross and buttons close it. */
  readonly keepOnOutsideClick?: boolean;
}

/** A dialog for a form or a list; closes on Escape, on its cross and on a click outside. */
export function ModalDialog({
  open,
  onClose,
  title,
  children,
  wide = false,
  keepOnOutsideClick = false,
}: ModalProps): ReactElement {
  return (
    <Dialog.Root
      open={open}
      disablePointerDismissal={keepOnOutsideClick}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Dialog.Portal>
        <Dialog.Backdrop className="backdrop" />
        <Dialog.Popup className={wide ? 'modal modal-wide' : 'modal'}>
          <div className="modal-head">
            <Dialog.Title className="modal-title">{title}</Dialog.Title>
            <Dialog.Close render={<IconButton icon="close" label="Close" />} />
          </div>
          {children}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** What a question says and what its answers do. */
export interface ConfirmationProps {
  readonly open: boolean;
  readonly onCancel: () => void;
  readonly onConfirm: () => void;
  readonly title: string;
  readonly confirmLabel: string;
  readonly tone?: 'danger' | 'primary';
  readonly isBusy?: boolean;
  readonly error?: unknown;
  readonly testId?: string;
  readonly children: ReactNode;
}

/** A question that must be answered before something with consequences happens. */
export function ConfirmationDialog({
  open,
  onCancel,
  onConfirm,
  title,
  confirmLabel,
  tone = 'danger',
  isBusy = false,
  error = null,
  testId,
  children,
}: ConfirmationProps): ReactElement {
  return (
    <AlertDialog.Root
      open={open}
      onOpenChange={(isOpen) => {
        if (!isOpen) onCancel();
      }}
    >
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="backdrop" />
        <AlertDialog.Popup className="modal" data-testid={testId}>
          <AlertDialog.Title className="modal-title">{title}</AlertDialog.Title>
          <AlertDialog.Description render={<div className="modal-text" />}>
            {children}
          </AlertDialog.Description>
          {error !== null && (
            <p className="field-problem" role="alert">
              {failureText(error)}
            </p>
          )}
          <div className="modal-actions">
            <AlertDialog.Close render={<Button>Cancel</Button>} />
            <Button
              tone={tone}
              disabled={isBusy}
              onClick={onConfirm}
              data-testid={testId && `${testId}-confirm`}
            >
              {confirmLabel}
            </Button>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
