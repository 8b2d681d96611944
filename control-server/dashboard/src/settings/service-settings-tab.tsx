import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import type { ServiceSettings } from '../../../../src/protocol/api-settings.ts';
import { administration } from '../administration/administration-api.ts';
import { serviceSettingsQuery } from '../queries.ts';
import type { ServiceAddress } from '../routes.ts';
import { useMayAdminister } from '../session/session-gate.tsx';
import { SelectField, TextField, Toggle } from '../ui/field.tsx';
import { EmptyState, FailureNotice, Skeleton } from '../ui/notice.tsx';
import { SaveBar, templateProblem } from './save-bar.tsx';

/** What holds for one service, in each of its environments. */
export function ServiceSettingsTab({ service }: { readonly service: ServiceAddress }): ReactElement {
  const mayAdminister = useMayAdminister();
  const settings = useQuery({ ...serviceSettingsQuery(service.serviceName), enabled: mayAdminister });
  if (!mayAdminister) {
    return (
      <EmptyState title="Settings are for administrators">
        <p>Ask one of them for what you want to change.</p>
      </EmptyState>
    );
  }
  if (settings.data === undefined) {
    return settings.isError ? (
      <FailureNotice error={settings.error} onRetry={() => void settings.refetch()} />
    ) : (
      <Skeleton />
    );
  }
  return <ServiceSettingsForm key={settings.data.version} settings={settings.data} />;
}

const TRUST = [
  ['', 'As the server was started'],
  ['true', 'Store it as it is'],
  ['false', 'Scrub it again'],
] as const;

function ServiceSettingsForm({ settings }: { readonly settings: ServiceSettings }): ReactElement {
  const client = useQueryClient();
  const { serviceName, autoRegisterEnabled, trustAgents, traceLinkTemplate } = settings;
  const [enabled, setEnabled] = useState(autoRegisterEnabled);
  const [trust, setTrust] = useState(trustAgents === null ? '' : String(trustAgents));
  const [template, setTemplate] = useState(traceLinkTemplate ?? '');
  const values = {
    autoRegisterEnabled: enabled,
    trustAgents: trust === '' ? null : trust === 'true',
    traceLinkTemplate: template.trim() === '' ? null : template.trim(),
  };
  const save = useMutation({
    mutationFn: () => administration.changeServiceSettings(serviceName, values, settings.version),
    onSuccess: (changed) => client.setQueryData(serviceSettingsQuery(serviceName).queryKey, changed),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className="form settings" onSubmit={submit} aria-label={`Settings of ${serviceName}`} noValidate>
      <p className="page-lead settings-lead">These hold for {serviceName} in every environment.</p>
      <fieldset className="panel settings-part">
        <legend>New labels</legend>
        <Toggle
          label="Labels that register themselves capture at once"
          checked={enabled}
          onChange={setEnabled}
        />
        <p className="field-hint">
          Off: a label that the code reaches for the first time appears among the breakpoints, switched off.
        </p>
      </fieldset>
      <fieldset className="panel settings-part">
        <legend>Scrubbing</legend>
        <SelectField
          label="What an agent has scrubbed already"
          value={trust}
          options={TRUST}
          onValue={setTrust}
        />
      </fieldset>
      <fieldset className="panel settings-part">
        <legend>Traces</legend>
        <TextField
          label="Link to a trace (optional)"
          mono
          placeholder="that of the server"
          hint="{traceId} and {spanId} are filled in."
          problem={templateProblem(save.error)}
          value={template}
          onChange={(event) => setTemplate(event.currentTarget.value)}
        />
      </fieldset>
      <SaveBar
        isChanged={
          JSON.stringify(values) !== JSON.stringify({ autoRegisterEnabled, trustAgents, traceLinkTemplate })
        }
        isSaving={save.isPending}
        error={save.error}
        version={settings}
        onReload={() => void client.invalidateQueries({ queryKey: ['settings'] })}
      />
    </form>
  );
}
