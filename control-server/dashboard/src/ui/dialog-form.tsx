import type { FormEvent, ReactElement, ReactNode } from 'react';
import { Button } from './button.tsx';
import { Modal } from './modal.tsx';
import { failureText } from './failure-text.ts';

/** A form in a dialog: its fields, what went wrong, and the way out. */
export function DialogForm({
  title,
  formLabel = title,
  submitLabel,
  busyLabel,
  isBusy,
  isIncomplete = false,
  error,
  submitTestId,
  onSubmit,
  onClose,
  children,
}: {
  readonly title: string;
  readonly formLabel?: string;
  readonly submitLabel: string;
  readonly busyLabel: string;
  readonly isBusy: boolean;
  /** Nothing can be sent yet. */
  readonly isIncomplete?: boolean;
  /** What no field of its own shows; null for nothing. */
  readonly error: unknown;
  readonly submitTestId?: string;
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}): ReactElement {
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isIncomplete) onSubmit();
  };
  return (
    <Modal open onClose={onClose} title={title} keepOnOutsideClick>
      <form className="form" onSubmit={submit} aria-label={formLabel}>
        {children}
        {error !== null && (
          <p className="field-problem" role="alert">
            {failureText(error)}
          </p>
        )}
        <div className="modal-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" disabled={isIncomplete || isBusy} data-testid={submitTestId}>
            {isBusy ? busyLabel : submitLabel}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
