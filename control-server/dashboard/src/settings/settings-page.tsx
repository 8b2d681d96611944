import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import type { Settings } from '../../../../src/protocol/api-settings.ts';
import { administration } from '../administration/administration-api.ts';
import { AdministrationPage } from '../administration/administration-page.tsx';
import { settingsQuery } from '../queries.ts';
import { TextField, Toggle } from '../ui/field.tsx';
import { FailureNotice, Skeleton } from '../ui/notice.tsx';
import { SaveBar, templateProblem } from './save-bar.tsx';
import { settingsDraftOf, settingsProblems, settingsValuesOf } from './settings-draft.ts';
import type { SettingsDraft } from './settings-draft.ts';

/** `/settings`: what holds for the whole server. */
export function SettingsPage(): ReactElement {
  return <AdministrationPage title="Settings">{() => <CurrentSettings />}</AdministrationPage>;
}

function CurrentSettings(): ReactElement {
  const settings = useQuery(settingsQuery);
  if (settings.data === undefined) {
    return settings.isError ? (
      <FailureNotice error={settings.error} onRetry={() => void settings.refetch()} />
    ) : (
      <Skeleton />
    );
  }
  return <SettingsForm key={settings.data.version} settings={settings.data} />;
}

const RETENTION_FIELDS = [
  ['days', 'Days', 'decimal'],
  ['perBreakpoint', 'Snapshots of each breakpoint', 'numeric'],
  ['gibibytes', 'GiB of all together', 'decimal'],
] as const;

function SettingsForm({ settings }: { readonly settings: Settings }): ReactElement {
  const client = useQueryClient();
  const [draft, setDraft] = useState(() => settingsDraftOf(settings));
  const change = (fields: Partial<SettingsDraft>): void => setDraft((typed) => ({ ...typed, ...fields }));
  const problems = settingsProblems(draft);
  const save = useMutation({
    mutationFn: () => administration.changeSettings(settingsValuesOf(draft, settings), settings.version),
    onSuccess: (changed) => client.setQueryData(settingsQuery.queryKey, changed),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (Object.keys(problems).length === 0) save.mutate();
  };
  const asStarted = 'as the server was started';
  return (
    <form className="form settings" onSubmit={submit} aria-label="Settings of the server" noValidate>
      <fieldset className="panel settings-part">
        <legend>Who sees what</legend>
        <Toggle
          label="Viewers see captured values"
          checked={draft.viewersSeeValues}
          onChange={(viewersSeeValues) => change({ viewersSeeValues })}
        />
        <p className="field-hint">
          Off: viewers see where and when something was captured, and no values. Operators and administrators
          always see them.
        </p>
      </fieldset>
      <fieldset className="panel settings-part">
        <legend>How long snapshots are kept</legend>
        <p className="field-hint">
          Whichever comes first; pinned ones stay. Where a field is empty, it is {asStarted}.
        </p>
        <div className="field-pair">
          {RETENTION_FIELDS.map(([field, label, inputMode]) => (
            <TextField
              key={field}
              label={label}
              inputMode={inputMode}
              placeholder={asStarted}
              problem={problems[field]}
              value={draft[field]}
              onChange={(event) => change({ [field]: event.currentTarget.value })}
            />
          ))}
        </div>
      </fieldset>
      <fieldset className="panel settings-part">
        <legend>Traces</legend>
        <TextField
          label="Link to a trace (optional)"
          mono
          placeholder="https://traces.example.com/trace/{traceId}"
          hint="{traceId} and {spanId} are filled in. The link is shown beside the trace of a snapshot; this server never follows it."
          problem={templateProblem(save.error)}
          value={draft.traceLinkTemplate}
          onChange={(event) => change({ traceLinkTemplate: event.currentTarget.value })}
        />
      </fieldset>
      <SaveBar
        isChanged={JSON.stringify(draft) !== JSON.stringify(settingsDraftOf(settings))}
        isSaving={save.isPending}
        error={save.error}
        version={settings}
        onReload={() => void client.invalidateQueries({ queryKey: ['settings'] })}
      />
    </form>
  );
}
