import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import { api } from '../api-client.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { FailureNotice } from '../ui/notice.tsx';
import { Entrance, LinkNeeded } from './entrance.tsx';
import { isPasswordLongEnough, NewPasswordField } from './new-password-field.tsx';
import { useEnter } from './enter.ts';

/** `/setup`: the first administrator, by the one-time code that the server printed. */
export function SetupPage({ code }: { readonly code: string | null }): ReactElement {
  const enter = useEnter();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [wasSubmitted, setWasSubmitted] = useState(false);
  const setUp = useMutation({
    mutationFn: (oneTimeCode: string) => api.setUp(oneTimeCode, name.trim(), password),
    onSuccess: enter,
  });

  if (code === null) {
    return (
      <LinkNeeded title="Set-up link needed">
        Open the set-up link that the server printed when it started. It works once and for ten minutes;
        restart the server for a new one.
      </LinkNeeded>
    );
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setWasSubmitted(true);
    if (isPasswordLongEnough(password) && name.trim() !== '') setUp.mutate(code);
  };
  return (
    <Entrance title="Create the first account">
      <p className="muted">This account administers the server.</p>
      {setUp.isError && <FailureNotice error={setUp.error} />}
      <form className="form" onSubmit={submit} aria-label="Create the first account">
        <TextField
          label="Name"
          autoComplete="username"
          autoFocus
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <NewPasswordField value={password} wasSubmitted={wasSubmitted} onValue={setPassword} />
        <Button tone="primary" type="submit" disabled={setUp.isPending}>
          {setUp.isPending ? 'Creating…' : 'Create account'}
        </Button>
      </form>
    </Entrance>
  );
}
