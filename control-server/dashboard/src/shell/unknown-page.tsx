import type { ReactElement } from 'react';
import { Link } from 'wouter';
import { EmptyState } from '../ui/notice.tsx';
import { Page, usePageTitle } from './page.tsx';

/** For an address that leads nowhere. */
export function UnknownPage(): ReactElement {
  usePageTitle('Not found');
  return (
    <Page>
      <EmptyState isWholePage title="There is no such page">
        <p>The address may have been cut when it was copied.</p>
        <Link href="/" className="button button-primary">
          To the services
        </Link>
      </EmptyState>
    </Page>
  );
}
