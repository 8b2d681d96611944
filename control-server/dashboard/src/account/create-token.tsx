import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { PersonRole } from '../../../../src/protocol/api-people.ts';
import { SecretDialog } from '../secrets/secret-dialog.tsx';
import { useMe } from '../session/session-gate.tsx';
import { DialogForm } from '../ui/dialog-form.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { account } from './account-api.ts';

const LENGTHS = [
  ['7', 'in a week'],
  ['30', 'in 30 days'],
  ['90', 'in 90 days'],
  ['365', 'in a year'],
] as const;
const ROLES: readonly (readonly [PersonRole, string])[] = [
  ['viewer', 'Look'],
  ['operator', 'Set breakpoints and stop capture'],
  ['admin', 'Everything'],
];

/** Makes a token and shows its secret. */
export function CreateToken({ onClose }: { readonly onClose: () => void }): ReactElement {
  const me = useMe();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<PersonRole>(me.role);
  const [days, setDays] = useState('90');
  const create = useMutation({
    mutationFn: () => account.createToken({ name: name.trim(), role, expiresInDays: Number(days) }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
  if (create.data !== undefined) {
    const { token, secret } = create.data;
    return <SecretDialog title={`Token “${token.name}”`} secret={secret} noun="token" onClose={onClose} />;
  }
  const mine = ROLES.findIndex(([known]) => known === me.role);
  return (
    <DialogForm
      title="New token"
      submitLabel="Create token"
      busyLabel="Creating…"
      isBusy={create.isPending}
      isIncomplete={name.trim() === ''}
      error={create.error}
      onSubmit={() => create.mutate()}
      onClose={onClose}
    >
      <TextField
        label="Name"
        placeholder="deploy script"
        hint="So that you recognise it when you want to revoke it."
        required
        autoFocus
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <SelectField
        label="It may"
        value={role}
        options={ROLES.slice(0, mine + 1)}
        onValue={(chosen) => setRole(ROLES.find(([known]) => known === chosen)?.[0] ?? me.role)}
      />
      <SelectField label="Expires" value={days} options={LENGTHS} onValue={setDays} />
    </DialogForm>
  );
}
