import { useState } from 'react';
import type { ReactElement } from 'react';
import type { PersonRole } from '../../../../src/protocol/api-people.ts';
import { SecretDialog } from '../secrets/secret-dialog.tsx';
import { useMe } from '../session/session-gate.tsx';
import { CreationDialog } from '../ui/creation-dialog.tsx';
import { SelectField } from '../ui/field.tsx';
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
  const [role, setRole] = useState<PersonRole>(me.role);
  const [days, setDays] = useState('90');
  const mine = ROLES.findIndex(([known]) => known === me.role);
  return (
    <CreationDialog
      title="New token"
      submitLabel="Create token"
      busyLabel="Creating…"
      namePlaceholder="deploy script"
      nameHint="So that you recognise it when you want to revoke it."
      create={(name) => account.createToken({ name, role, expiresInDays: Number(days) })}
      queryKey={['tokens']}
      result={({ token, secret }) => (
        <SecretDialog title={`Token “${token.name}”`} secret={secret} noun="token" onClose={onClose} />
      )}
      onClose={onClose}
    >
      <SelectField
        label="It may"
        value={role}
        options={ROLES.slice(0, mine + 1)}
        onValue={(chosen) => setRole(ROLES.find(([known]) => known === chosen)?.[0] ?? me.role)}
      />
      <SelectField label="Expires" value={days} options={LENGTHS} onValue={setDays} />
    </CreationDialog>
  );
}
