import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { ReactElement } from 'react';
import { api } from '../api-client.ts';
import { servicesQuery } from '../queries.ts';
import { SecretDialog } from '../secrets/secret-dialog.tsx';
import { environmentsOf } from '../services/service-order.ts';
import { CreationDialog } from '../ui/creation-dialog.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { InstallSnippet } from './install-snippet.tsx';

const EXPIRIES = [
  ['', 'never by itself'],
  ['1', 'in a day'],
  ['30', 'in 30 days'],
  ['90', 'in 90 days'],
  ['365', 'in a year'],
] as const;

/** Asks for what a key needs, then shows its secret once. */
export function CreateKey({ onClose }: { readonly onClose: () => void }): ReactElement {
  const listId = useId();
  const { data: services = [] } = useQuery(servicesQuery);
  const [environment, setEnvironment] = useState('');
  const [serviceName, setServiceName] = useState('');
  const [days, setDays] = useState('');
  return (
    <CreationDialog
      title="New key"
      submitLabel="Create key"
      busyLabel="Creating…"
      namePlaceholder="shop in production"
      nameHint="So that you recognise it when you want to revoke it."
      create={(name) =>
        api.createKey({
          name,
          ...(environment.trim() !== '' && { environment: environment.trim() }),
          ...(serviceName.trim() !== '' && { serviceName: serviceName.trim() }),
          ...(days !== '' && { expiresAt: new Date(Date.now() + Number(days) * 86_400_000).toISOString() }),
        })
      }
      queryKey={['keys']}
      result={({ key, secret }) => (
        <SecretDialog title={`Key “${key.name}”`} secret={secret} noun="key" isWide onClose={onClose}>
          <InstallSnippet secret={secret} />
        </SecretDialog>
      )}
      onClose={onClose}
    >
      <TextField
        label="Environment"
        placeholder="default"
        list={`${listId}-environments`}
        value={environment}
        onChange={(event) => setEnvironment(event.currentTarget.value)}
      />
      <TextField
        label="Service (optional)"
        placeholder="any service"
        hint="With a name, the key works for that service only."
        list={`${listId}-services`}
        value={serviceName}
        onChange={(event) => setServiceName(event.currentTarget.value)}
      />
      <SelectField label="Expires" value={days} options={EXPIRIES} onValue={setDays} />
      <datalist id={`${listId}-environments`}>
        {environmentsOf(services).map((known) => (
          <option key={known} value={known} />
        ))}
      </datalist>
      <datalist id={`${listId}-services`}>
        {[...new Set(services.map((service) => service.name))].map((known) => (
          <option key={known} value={known} />
        ))}
      </datalist>
    </CreationDialog>
  );
}
