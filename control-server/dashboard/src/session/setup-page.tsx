import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import { Link } from 'wouter';
import { api } from '../api-client.ts';
import { goTo } from '../navigation.ts';
import { meQuery } from '../queries.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { FailureNotice } from '../ui/notice.tsx';
import { Entrance } from './entrance.tsx';

const MIN_PASSWORD_CHARS = 12;

/** `/setup`: the first administrator, by the one-time code that the server printed. */
export function SetupPage({ code }: { readonly code: string | null }): ReactElement {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [wasSubmitted, setWasSubmitted] = useState(false);
  const setUp = useMutation({
    mutationFn: (oneTimeCode: string) => api.setUp(oneTimeCode, name.trim(), password),
    onSuccess: (me) => {
      client.setQueryData(meQuery.queryKey, me);
      goTo('/', { replace: true });
    },
  });

  if (code === null) {
    return (
      <Entrance title="Set-up link needed">
        <p className="muted">
          Open the set-up link that the server printed when it started. It works once and for ten minutes;
          restart the server for a new one.
        </p>
        <Link href="/login" className="button button-plain">
          Go to sign in
        </Link>
      </Entrance>
    );
  }
  const isTooShort = password.length < MIN_PASSWORD_CHARS;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setWasSubmitted(true);
    if (!isTooShort && name.trim() !== '') setUp.mutate(code);
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
        <TextField
          label="Password"
          type="password"
          autoComplete="new-password"
          required
          value={password}
          hint={`At least ${MIN_PASSWORD_CHARS} characters; a sentence is easier to remember.`}
          problem={
            wasSubmitted && isTooShort
              ? `The password needs ${MIN_PASSWORD_CHARS - password.length} more characters.`
              : undefined
          }
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button tone="primary" type="submit" disabled={setUp.isPending}>
          {setUp.isPending ? 'Creating…' : 'Create account'}
        </Button>
      </form>
    </Entrance>
  );
}
