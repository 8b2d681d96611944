import type { ReactElement } from 'react';
import { Page, usePageTitle } from '../shell/page.tsx';
import { SnapshotsView } from './snapshots-view.tsx';

/** `/snapshots`: what was captured in every service. */
export function SnapshotsPage(): ReactElement {
  usePageTitle('Snapshots');
  return (
    <Page>
      <div className="page-head">
        <h1 className="page-title">Snapshots</h1>
      </div>
      <SnapshotsView service={null} />
    </Page>
  );
}
