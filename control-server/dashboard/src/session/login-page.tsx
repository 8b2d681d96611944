import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import { api } from '../api-client.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { FailureNotice } from '../ui/notice.tsx';
import { useEnter } from './enter.ts';
import { Entrance } from './entrance.tsx';

/** `/login`: name and password, or a one-time code that came in the link. */
export function LoginPage({
  code,
  onCodeTaken,
}: {
  readonly code: string | null;
  /** Called before the code is posted: it must not be posted a second time. */
  readonly onCodeTaken: () => void;
}): ReactElement {
  const enter = useEnter();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');

  // Without an answer there is the password.
  const methods = useQuery({ queryKey: ['sign-in-methods'], queryFn: () => api.signInMethods() });
  const elsewhere = methods.data?.oidc?.startUrl;

  const byPassword = useMutation({
    mutationFn: () => api.signIn(name, password),
    onSuccess: enter,
  });
  const byCode = useMutation({
    mutationFn: async (oneTimeCode: string) => {
      await api.signInWithCode(oneTimeCode);
      return api.me();
    },
    onSuccess: enter,
  });
  const { mutate: exchange } = byCode;
  useEffect(() => {
    if (code === null) return;
    onCodeTaken();
    exchange(code);
  }, [code, onCodeTaken, exchange]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    byPassword.mutate();
  };
  if (code !== null || byCode.isPending) {
    return (
      <Entrance title="Signing you in…">
        <p className="muted" role="status">
          Your link is being checked.
        </p>
      </Entrance>
    );
  }
  return (
    <Entrance title="Sign in">
      {byCode.isError && byPassword.isIdle && <FailureNotice error={byCode.error} />}
      {byPassword.isError && <FailureNotice error={byPassword.error} />}
      <form className="form" onSubmit={submit} aria-label="Sign in">
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
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Button tone="primary" type="submit" disabled={byPassword.isPending}>
          {byPassword.isPending ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
      {elsewhere !== undefined && (
        <a href={elsewhere} className="button button-plain">
          Sign in with your organisation
        </a>
      )}
      <p className="entrance-note">
        No account yet? The server prints a set-up link when it starts for the first time. The demo has no
        accounts: it prints a new link at each start, which signs you in.
      </p>
    </Entrance>
  );
}
