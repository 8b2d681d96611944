import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { ApiError } from '../api-request.ts';
import { SNAPSHOTS_PATH } from '../routes.ts';
import { Crumbs, Page } from '../shell/page.tsx';
import { EmptyState, FailureNotice } from '../ui/notice.tsx';

/** Why a snapshot is not shown, and what to do about it. */
export function SnapshotProblem({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry: () => void;
}): ReactElement {
  const code = error instanceof ApiError ? error.code : null;
  if (code === 'values_not_allowed') {
    return (
      <Page>
        <EmptyState isWholePage title="You do not see captured values">
          <p>
            Viewers see where and when something was captured. Ask an administrator for the role “operator”,
            or to let viewers see values.
          </p>
          <Link href={SNAPSHOTS_PATH} className="button button-primary">
            To the snapshots
          </Link>
        </EmptyState>
      </Page>
    );
  }
  if (error instanceof ApiError && error.status === 404) {
    return (
      <Page>
        <EmptyState isWholePage title="This snapshot is not here">
          <p>It was deleted, or it was older than the server keeps snapshots.</p>
          <Link href={SNAPSHOTS_PATH} className="button button-primary">
            To the snapshots
          </Link>
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page>
      <Crumbs crumbs={[{ label: 'Services', href: '/' }]} />
      <FailureNotice error={error} onRetry={onRetry} />
    </Page>
  );
}
