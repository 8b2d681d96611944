import type { ReactElement } from 'react';
import { ApiError } from '../api-request.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState, FailureNotice } from '../ui/notice.tsx';

/** What stands in the way, in a few words; the server's own sentence follows. */
const TITLES: ReadonlyMap<string, string> = new Map([
  ['no_agent_online', 'No instance is running'],
  ['source_access_off', 'This service does not show its source'],
  ['killed', 'Capture is stopped, and the source with it'],
  ['no_answer', 'No instance answered'],
  ['inspector_unavailable', 'The instances cannot list their files'],
  ['too_many_requests', 'The instance was asked too often'],
  ['unknown_file', 'This file is not loaded'],
  ['file_too_large', 'This file is too large to show'],
  ['source_unavailable', 'The text of this file is not there'],
  ['values_not_allowed', 'You do not see the source of services'],
]);

/** Why there is no code to see, and what to do about it. */
export function CodeProblem({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry: () => void;
}): ReactElement {
  const title = error instanceof ApiError ? TITLES.get(error.code) : undefined;
  if (title === undefined || !(error instanceof ApiError)) {
    return <FailureNotice error={error} onRetry={onRetry} />;
  }
  return (
    <div data-testid="code-problem" data-code={error.code}>
      <EmptyState title={title}>
        <p>{error.message}</p>
        {error.code === 'source_access_off' && (
          <p>
            It then shows the files of its own that it has loaded, without their secrets, each time that
            somebody asks for them here.
          </p>
        )}
        {error.code === 'file_too_large' && (
          <p>Its breakpoints work all the same: set them by file and line, on the tab Breakpoints.</p>
        )}
        {error.code !== 'values_not_allowed' && (
          <div>
            <Button icon="refresh" onClick={onRetry}>
              Try again
            </Button>
          </div>
        )}
      </EmptyState>
    </div>
  );
}
