import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import { ApiError } from '../api-request.ts';
import { isPasswordLongEnough, NewPasswordField } from '../session/new-password-field.tsx';
import { DialogForm } from '../ui/dialog-form.tsx';
import { TextField } from '../ui/field.tsx';
import { failureText } from '../ui/failure-text.ts';
import { useToasts } from '../ui/toasts.tsx';
import { account } from './account-api.ts';

/** Changes one's own password, which signs every other browser out. */
export function ChangePassword({ onClose }: { readonly onClose: () => void }): ReactElement {
  const client = useQueryClient();
  const toasts = useToasts();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const [wasSubmitted, setWasSubmitted] = useState(false);
  const change = useMutation({
    mutationFn: () => account.changePassword(current, password),
    onSuccess: async () => {
      toasts.show({
        id: 'password',
        tone: 'plain',
        text: 'Your password is changed. Every other browser is signed out.',
      });
      await client.invalidateQueries({ queryKey: ['sessions'] });
      onClose();
    },
  });
  const submit = (): void => {
    setWasSubmitted(true);
    if (isPasswordLongEnough(password)) change.mutate();
  };
  const isCurrentWrong = change.error instanceof ApiError && change.error.field === 'current';
  return (
    <DialogForm
      title="Change password"
      submitLabel="Change it"
      busyLabel="Changing…"
      isBusy={change.isPending}
      error={isCurrentWrong ? null : change.error}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label="Current password"
        type="password"
        autoComplete="current-password"
        autoFocus
        required
        value={current}
        problem={isCurrentWrong ? failureText(change.error) : undefined}
        onChange={(event) => {
          change.reset();
          setCurrent(event.currentTarget.value);
        }}
      />
      <NewPasswordField
        label="New password"
        value={password}
        wasSubmitted={wasSubmitted}
        onValue={setPassword}
      />
    </DialogForm>
  );
}
