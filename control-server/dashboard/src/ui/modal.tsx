import { Suspense, useState } from 'react';
import type { ReactElement } from 'react';
import type { ConfirmationProps, ModalProps } from './dialog.tsx';
import { lazyPart } from './lazy-part.ts';

const ModalDialog = lazyPart(async () => (await import('./dialog.tsx')).ModalDialog);
const ConfirmationDialog = lazyPart(async () => (await import('./dialog.tsx')).ConfirmationDialog);

/** Stands for a dialog that is still being fetched. */
const ON_ITS_WAY = <span data-dialog="" hidden />;

/** True while a dialog is open, or about to be: keys of the page under it do nothing then. */
export function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"], [role="alertdialog"], [data-dialog]') !== null;
}

/** A dialog for a form or a list; closes on Escape, on its cross and on a click outside. */
export function Modal(props: ModalProps): ReactElement | null {
  return useWasOpened(props.open) ? (
    <Suspense fallback={ON_ITS_WAY}>
      <ModalDialog {...props} />
    </Suspense>
  ) : null;
}

/** A question that must be answered before something with consequences happens. */
export function Confirmation(props: ConfirmationProps): ReactElement | null {
  return useWasOpened(props.open) ? (
    <Suspense fallback={ON_ITS_WAY}>
      <ConfirmationDialog {...props} />
    </Suspense>
  ) : null;
}

/** Dialogs are fetched when the first one opens: most visits never see one. */
function useWasOpened(isOpen: boolean): boolean {
  const [wasOpened, setWasOpened] = useState(isOpen);
  if (isOpen && !wasOpened) setWasOpened(true);
  return wasOpened || isOpen;
}
