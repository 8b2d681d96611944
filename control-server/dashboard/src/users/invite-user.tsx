import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ReactElement } from 'react';
import type { PersonRole } from '../../../../src/protocol/api-people.ts';
import { administration } from '../administration/administration-api.ts';
import { DialogForm } from '../ui/dialog-form.tsx';
import { TextField } from '../ui/field.tsx';
import { Modal } from '../ui/modal.tsx';
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
  if (create.data !== undefined) {
    return (
      <Modal open onClose={onClose} title={`${create.data.user.name} is invited`} keepOnOutsideClick>
        <InvitationLink invited={create.data} onDone={onClose} />
      </Modal>
    );
  }
  return (
    <DialogForm
      title="Invite somebody"
      submitLabel="Invite"
      busyLabel="Inviting…"
      isBusy={create.isPending}
      isIncomplete={name.trim() === ''}
      error={create.error}
      onSubmit={() => create.mutate()}
      onClose={onClose}
    >
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
    </DialogForm>
  );
}
