import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import { api } from '../api-client.ts';
import { Button } from '../ui/button.tsx';
import { FailureNotice } from '../ui/notice.tsx';
import { Entrance, LinkNeeded } from './entrance.tsx';
import { isPasswordLongEnough, NewPasswordField } from './new-password-field.tsx';
import { useEnter } from './enter.ts';

/** `/invitation`: a person chooses a password, by the one-time code of an administrator's link. */
export function InvitationPage({ code }: { readonly code: string | null }): ReactElement {
  const enter = useEnter();
  const [password, setPassword] = useState('');
  const [wasSubmitted, setWasSubmitted] = useState(false);
  const accept = useMutation({
    mutationFn: (oneTimeCode: string) => api.acceptInvitation(oneTimeCode, password),
    onSuccess: enter,
  });

  if (code === null) {
    return (
      <LinkNeeded title="Invitation needed">
        Open the link that an administrator gave you. It works once; ask for a new one when it is too old.
      </LinkNeeded>
    );
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setWasSubmitted(true);
    if (isPasswordLongEnough(password)) accept.mutate(code);
  };
  return (
    <Entrance title="Choose a password">
      {accept.isError && <FailureNotice error={accept.error} />}
      <form className="form" onSubmit={submit} aria-label="Choose a password">
        <NewPasswordField value={password} wasSubmitted={wasSubmitted} autoFocus onValue={setPassword} />
        <Button tone="primary" type="submit" disabled={accept.isPending}>
          {accept.isPending ? 'Signing in…' : 'Choose it and sign in'}
        </Button>
      </form>
    </Entrance>
  );
}
