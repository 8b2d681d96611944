import type { ReactElement } from 'react';
import type { SettingsVersion } from '../../../../src/protocol/api-settings.ts';
import { ApiError } from '../api-request.ts';
import { Button } from '../ui/button.tsx';
import { Age } from '../ui/clock.tsx';
import { failureText } from '../ui/failure-text.ts';

/** Saves settings, and says who changed them last, and what to do when somebody else was faster. */
export function SaveBar({
  isChanged,
  isSaving,
  error,
  version,
  onReload,
}: {
  readonly isChanged: boolean;
  readonly isSaving: boolean;
  readonly error: unknown;
  readonly version: SettingsVersion;
  readonly onReload: () => void;
}): ReactElement {
  const isStale = error instanceof ApiError && error.status === 412;
  return (
    <div className="save-bar">
      <Button tone="primary" type="submit" disabled={!isChanged || isSaving} data-testid="save-settings">
        {isSaving ? 'Saving…' : 'Save'}
      </Button>
      {isStale && <Button onClick={onReload}>Show what is set now</Button>}
      <span role="status" className={error === null ? 'muted' : 'field-problem'}>
        {isStale
          ? 'Somebody else changed these settings meanwhile, so nothing was saved.'
          : error !== null && templateProblem(error) === undefined
            ? failureText(error)
            : version.updatedAt !== null && (
                <>
                  Last changed <Age instant={version.updatedAt} />
                  {version.updatedBy !== null && ` by ${version.updatedBy}`}
                </>
              )}
      </span>
    </div>
  );
}

/** What the server says of a template that it refused; undefined when it refused something else, or nothing. */
export function templateProblem(error: unknown): string | undefined {
  return error instanceof ApiError && error.field === 'traceLinkTemplate' ? error.message : undefined;
}
