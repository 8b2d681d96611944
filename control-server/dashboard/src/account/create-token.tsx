import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import type { PersonRole } from '../../../../src/protocol/api-people.ts';
import { SecretOnce } from '../secrets/secret-once.tsx';
import { useMe } from '../session/session-gate.tsx';
import { Button } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Modal } from '../ui/modal.tsx';
import { failureText } from '../ui/notice.tsx';
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
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() !== '') create.mutate();
  };
  if (create.data !== undefined) {
    return (
      <Modal open onClose={onClose} title={`Token “${create.data.token.name}”`} keepOnOutsideClick>
        <SecretOnce secret={create.data.secret} noun="token" />
        <div className="modal-actions">
          <Button tone="primary" onClick={onClose}>
            I have copied it
          </Button>
        </div>
      </Modal>
    );
  }
  const mine = ROLES.findIndex(([known]) => known === me.role);
  return (
    <Modal open onClose={onClose} title="New token" keepOnOutsideClick>
      <form className="form" onSubmit={submit} aria-label="New token">
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
        {create.isError && (
          <p className="field-problem" role="alert">
            {failureText(create.error)}
          </p>
        )}
        <div className="modal-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" disabled={name.trim() === '' || create.isPending}>
            {create.isPending ? 'Creating…' : 'Create token'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
