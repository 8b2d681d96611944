import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import { ApiError } from '../api-request.ts';
import { isPasswordLongEnough, NewPasswordField } from '../session/new-password-field.tsx';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Modal } from '../ui/modal.tsx';
import { failureText } from '../ui/notice.tsx';
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
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setWasSubmitted(true);
    if (isPasswordLongEnough(password)) change.mutate();
  };
  const isCurrentWrong = change.error instanceof ApiError && change.error.field === 'current';
  return (
    <Modal open onClose={onClose} title="Change password" keepOnOutsideClick>
      <form className="form" onSubmit={submit} aria-label="Change password">
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
        {change.isError && !isCurrentWrong && (
          <p className="field-problem" role="alert">
            {failureText(change.error)}
          </p>
        )}
        <div className="modal-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" disabled={change.isPending}>
            {change.isPending ? 'Changing…' : 'Change it'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
