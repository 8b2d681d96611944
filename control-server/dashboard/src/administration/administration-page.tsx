import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import { useRoute } from '../navigation.ts';
import { ADMINISTRATION_PAGES } from '../routes.ts';
import { useMayAdminister } from '../session/session-gate.tsx';
import { Page, usePageTitle } from '../shell/page.tsx';
import { EmptyState } from '../ui/notice.tsx';
import { TabBar } from '../ui/tab-bar.tsx';

const NAMES: Readonly<Record<(typeof ADMINISTRATION_PAGES)[number], string>> = {
  keys: 'Keys',
  users: 'Users',
  webhooks: 'Webhooks',
  audit: 'Audit',
  settings: 'Settings',
  health: 'Health',
};

/** A page for administrators, with the way to the others. Nothing of it is asked for by anybody else. */
export function AdministrationPage({
  title,
  actions,
  children,
}: {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: () => ReactNode;
}): ReactElement {
  usePageTitle(title);
  const mayAdminister = useMayAdminister();
  const { name } = useRoute();
  if (!mayAdminister) {
    return (
      <Page>
        <EmptyState isWholePage title="This page is for administrators">
          <p>Ask one of them for the role “admin”, or for what you came for.</p>
          <Link href="/" className="button button-primary">
            To the services
          </Link>
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page>
      <TabBar label="Administration" current={name} className="tabs administration-tabs">
        {ADMINISTRATION_PAGES.map((page) => (
          <Link
            key={page}
            href={`/${page}`}
            className="tab"
            aria-current={page === name ? 'page' : undefined}
            data-testid={`tab-${page}`}
          >
            {NAMES[page]}
          </Link>
        ))}
      </TabBar>
      <div className="page-head">
        <h1 className="page-title">{title}</h1>
        <span className="spacer" />
        {actions}
      </div>
      {children()}
    </Page>
  );
}
