import { useState } from 'react';
import type { ReactElement } from 'react';
import type { PersonRole } from '../../../../src/protocol/api-people.ts';
import { administration } from '../administration/administration-api.ts';
import { CreationDialog } from '../ui/creation-dialog.tsx';
import { Modal } from '../ui/modal.tsx';
import { InvitationLink } from './invitation-link.tsx';

const ROLES: readonly (readonly [PersonRole, string])[] = [
  ['viewer', 'Viewer: looks'],
  ['operator', 'Operator: sets breakpoints and stops capture'],
  ['admin', 'Administrator: everything'],
];

/** Makes an account and shows the link to it. */
export function InviteUser({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [role, setRole] = useState<PersonRole>('viewer');
  return (
    <CreationDialog
      title="Invite somebody"
      submitLabel="Invite"
      busyLabel="Inviting…"
      nameHint="With this name the person signs in."
      create={(name) => administration.createUser({ name, role })}
      queryKey={['users']}
      result={(invited) => (
        <Modal open onClose={onClose} title={`${invited.user.name} is invited`} keepOnOutsideClick>
          <InvitationLink invited={invited} onDone={onClose} />
        </Modal>
      )}
      onClose={onClose}
    >
      <fieldset className="choices">
        <legend>Role</legend>
        {ROLES.map(([value, words]) => (
          <label key={value}>
            <input type="radio" name="role" checked={role === value} onChange={() => setRole(value)} />
            {words}
          </label>
        ))}
      </fieldset>
    </CreationDialog>
  );
}
