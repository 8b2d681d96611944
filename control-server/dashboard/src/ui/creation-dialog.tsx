import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { DialogForm } from './dialog-form.tsx';
import { TextField } from './field.tsx';

const MAX_NAME_CHARS = 100;

/** Asks what a new thing is to be called and what else it needs, makes it, then shows what came of it. */
export function CreationDialog<Made>({
  title,
  submitLabel,
  busyLabel,
  nameHint,
  namePlaceholder,
  create,
  queryKey,
  result,
  onClose,
  children,
}: {
  readonly title: string;
  readonly submitLabel: string;
  readonly busyLabel: string;
  /** What the name is for. */
  readonly nameHint: string;
  readonly namePlaceholder?: string;
  /** Called with the name, without the spaces around it. */
  readonly create: (name: string) => Promise<Made>;
  /** What is stale then. */
  readonly queryKey: readonly string[];
  readonly result: (made: Made) => ReactElement;
  readonly onClose: () => void;
  /** The fields behind the name. */
  readonly children: ReactNode;
}): ReactElement {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const creation = useMutation({
    mutationFn: () => create(name.trim()),
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
  if (creation.data !== undefined) return result(creation.data);
  return (
    <DialogForm
      title={title}
      submitLabel={submitLabel}
      busyLabel={busyLabel}
      isBusy={creation.isPending}
      isIncomplete={name.trim() === ''}
      error={creation.error}
      onSubmit={() => creation.mutate()}
      onClose={onClose}
    >
      <TextField
        label="Name"
        placeholder={namePlaceholder}
        hint={nameHint}
        required
        autoFocus
        maxLength={MAX_NAME_CHARS}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {children}
    </DialogForm>
  );
}
