import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import type { PersonRole } from '../../../../src/protocol/api-people.ts';
import { administration } from '../administration/administration-api.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Modal } from '../ui/modal.tsx';
import { failureText } from '../ui/notice.tsx';
import { InvitationLink } from './invitation-link.tsx';

const ROLES: readonly (readonly [PersonRole, string])[] = [
  ['viewer', 'Viewer: looks'],
  ['operator', 'Operator: sets breakpoints and stops capture'],
  ['admin', 'Administrator: everything'],
];

/** Makes an account and shows the link to it. */
export function InviteUser({ onClose }: { readonly onClose: () => void }): ReactElement {
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [role, setRole] = useState<PersonRole>('viewer');
  const create = useMutation({
    mutationFn: () => administration.createUser({ name: name.trim(), role }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['users'] }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (name.trim() !== '') create.mutate();
  };
  if (create.data !== undefined) {
    return (
      <Modal open onClose={onClose} title={`${create.data.user.name} is invited`} keepOnOutsideClick>
        <InvitationLink invited={create.data} onDone={onClose} />
      </Modal>
    );
  }
  return (
    <Modal open onClose={onClose} title="Invite somebody" keepOnOutsideClick>
      <form className="form" onSubmit={submit} aria-label="Invite somebody">
        <TextField
          label="Name"
          hint="With this name the person signs in."
          required
          autoFocus
          maxLength={100}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <fieldset className="choices">
          <legend>Role</legend>
          {ROLES.map(([value, words]) => (
            <label key={value}>
              <input type="radio" name="role" checked={role === value} onChange={() => setRole(value)} />
              {words}
            </label>
          ))}
        </fieldset>
        {create.isError && (
          <p className="field-problem" role="alert">
            {failureText(create.error)}
          </p>
        )}
        <div className="modal-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button tone="primary" type="submit" disabled={name.trim() === '' || create.isPending}>
            {create.isPending ? 'Inviting…' : 'Invite'}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
