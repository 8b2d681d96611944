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

/** `/invitation`: a person chooses a password, by the one-time code of an administrator's link. */
export function InvitationPage({ code }: { readonly code: string | null }): ReactElement {
  const client = useQueryClient();
  const [password, setPassword] = useState('');
  const [wasSubmitted, setWasSubmitted] = useState(false);
  const accept = useMutation({
    mutationFn: (oneTimeCode: string) => api.acceptInvitation(oneTimeCode, password),
    onSuccess: (me) => {
      client.setQueryData(meQuery.queryKey, me);
      goTo('/', { replace: true });
    },
  });

  if (code === null) {
    return (
      <Entrance title="Invitation needed">
        <p className="muted">
          Open the link that an administrator gave you. It works once; ask for a new one when it is too old.
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
    if (!isTooShort) accept.mutate(code);
  };
  return (
    <Entrance title="Choose a password">
      {accept.isError && <FailureNotice error={accept.error} />}
      <form className="form" onSubmit={submit} aria-label="Choose a password">
        <TextField
          label="Password"
          type="password"
          autoComplete="new-password"
          autoFocus
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
        <Button tone="primary" type="submit" disabled={accept.isPending}>
          {accept.isPending ? 'Signing in…' : 'Choose it and sign in'}
        </Button>
      </form>
    </Entrance>
  );
}
