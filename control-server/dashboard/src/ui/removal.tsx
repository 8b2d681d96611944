import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { Confirmation } from './modal.tsx';

/** Asks before something is ended for good, then does it and shows the list anew. */
export function Removal({
  title,
  confirmLabel,
  busyLabel,
  remove,
  queryKey,
  testId,
  onClose,
  children,
}: {
  readonly title: string;
  readonly confirmLabel: string;
  readonly busyLabel: string;
  readonly remove: () => Promise<void>;
  /** What is stale then. */
  readonly queryKey: readonly string[];
  readonly testId: string;
  readonly onClose: () => void;
  /** What it means. */
  readonly children: ReactNode;
}): ReactElement {
  const client = useQueryClient();
  const removal = useMutation({
    mutationFn: remove,
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey });
      onClose();
    },
  });
  return (
    <Confirmation
      open
      onCancel={onClose}
      onConfirm={() => removal.mutate()}
      title={title}
      confirmLabel={removal.isPending ? busyLabel : confirmLabel}
      isBusy={removal.isPending}
      error={removal.error}
      testId={testId}
    >
      {children}
    </Confirmation>
  );
}
