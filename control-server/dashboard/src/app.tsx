import { QueryClientProvider } from '@tanstack/react-query';
import { Suspense, useCallback, useEffect, useState } from 'react';
import type { ReactElement } from 'react';
import { PendingDeletions } from './breakpoints/pending-deletions.tsx';
import { GlobalStopBanner } from './kill-switch/global-stop-banner.tsx';
import { LiveProvider } from './live/live-provider.tsx';
import { goTo, useRoute } from './navigation.ts';
import { createQueryClient } from './queries.ts';
import { SNAPSHOTS_PATH } from './routes.ts';
import type { Route } from './routes.ts';
import { takeOneTimeCode } from './session/one-time-code.ts';
import { SessionGate } from './session/session-gate.tsx';
import { FaultBoundary } from './shell/fault-boundary.tsx';
import { UnknownPage } from './shell/unknown-page.tsx';
import { useRouteFocus } from './shell/route-focus.ts';
import { ShortcutHelpProvider } from './shell/shortcut-help.tsx';
import { useShortcuts } from './shell/shortcuts.ts';
import { TopBar } from './shell/top-bar.tsx';
import { SnapshotPagePart } from './snapshot/snapshot-page-part.ts';
import { ClockProvider } from './ui/clock.tsx';
import { lazyPart } from './ui/lazy-part.ts';
import { Skeleton } from './ui/notice.tsx';
import { ToastProvider } from './ui/toasts.tsx';

// Each page is fetched when one first goes there, so that the first page is there soon.
const AccountPage = lazyPart(async () => (await import('./account/account-page.tsx')).AccountPage);
const AuditPage = lazyPart(async () => (await import('./audit/audit-page.tsx')).AuditPage);
const ComparisonPage = lazyPart(async () => (await import('./compare/comparison-page.tsx')).ComparisonPage);
const HealthPage = lazyPart(async () => (await import('./health/health-page.tsx')).HealthPage);
const InvitationPage = lazyPart(async () => (await import('./session/invitation-page.tsx')).InvitationPage);
const KeysPage = lazyPart(async () => (await import('./keys/keys-page.tsx')).KeysPage);
const LoginPage = lazyPart(async () => (await import('./session/login-page.tsx')).LoginPage);
const ServicePage = lazyPart(async () => (await import('./service/service-page.tsx')).ServicePage);
const ServicesPage = lazyPart(async () => (await import('./services/services-page.tsx')).ServicesPage);
const SnapshotsPage = lazyPart(async () => (await import('./snapshots/snapshots-page.tsx')).SnapshotsPage);
const SetupPage = lazyPart(async () => (await import('./session/setup-page.tsx')).SetupPage);
const SettingsPage = lazyPart(async () => (await import('./settings/settings-page.tsx')).SettingsPage);
const UsersPage = lazyPart(async () => (await import('./users/users-page.tsx')).UsersPage);
const WebhooksPage = lazyPart(async () => (await import('./webhooks/webhooks-page.tsx')).WebhooksPage);

/** The whole dashboard. `initialCode` is the one-time code that came in the address, if any. */
export function App({ initialCode }: { readonly initialCode: string | null }): ReactElement {
  const [client] = useState(createQueryClient);
  const [code, setCode] = useState(initialCode);
  const forgetCode = useCallback(() => setCode(null), []);
  useEffect(() => {
    // A link with a code that is pasted into the address of an open page changes only the fragment.
    const look = (): void => setCode((known) => takeCodeOfPage() ?? known);
    addEventListener('hashchange', look);
    return () => removeEventListener('hashchange', look);
  }, []);
  const route = useRoute();
  return (
    <FaultBoundary>
      <QueryClientProvider client={client}>
        <Suspense fallback={<PageOnItsWay />}>
          {route.name === 'login' ? (
            <LoginPage code={code} onCodeTaken={forgetCode} />
          ) : route.name === 'setup' ? (
            <SetupPage code={code} />
          ) : route.name === 'invitation' ? (
            <InvitationPage code={code} />
          ) : (
            <SessionGate>
              <ClockProvider>
                <ToastProvider>
                  <LiveProvider>
                    <PendingDeletions>
                      <ShortcutHelpProvider>
                        <SignedIn route={route} />
                      </ShortcutHelpProvider>
                    </PendingDeletions>
                  </LiveProvider>
                </ToastProvider>
              </ClockProvider>
            </SessionGate>
          )}
        </Suspense>
      </QueryClientProvider>
    </FaultBoundary>
  );
}

/** Takes the one-time code out of the address bar. */
export function takeCodeOfPage(): string | null {
  return takeOneTimeCode(location, (path) => history.replaceState(null, '', path));
}

function SignedIn({ route }: { readonly route: Route }): ReactElement {
  useShortcuts({ 'g s': () => goTo('/'), 'g a': () => goTo(SNAPSHOTS_PATH), 'g k': () => goTo('/keys') });
  useRouteFocus(pageIdentity(route));
  return (
    <>
      <a className="skip-link" href="#main">
        Skip to the content
      </a>
      <div className="top">
        <TopBar />
        <GlobalStopBanner />
      </div>
      {/* Stays while the page in it changes, so that the focus has a place to be. */}
      <main id="main" tabIndex={-1}>
        <FaultBoundary key={pageIdentity(route)}>
          <Suspense fallback={<PageOnItsWay />}>
            <CurrentPage route={route} />
          </Suspense>
        </FaultBoundary>
      </main>
    </>
  );
}

function CurrentPage({ route }: { readonly route: Route }): ReactElement {
  switch (route.name) {
    case 'services':
      return <ServicesPage />;
    case 'service':
      return <ServicePage service={route} tab={route.tab} />;
    case 'snapshots':
      return <SnapshotsPage />;
    case 'snapshot':
      return <SnapshotPagePart id={route.id} />;
    case 'comparison':
      return <ComparisonPage leftId={route.leftId} rightId={route.rightId} />;
    case 'keys':
      return <KeysPage />;
    case 'account':
      return <AccountPage />;
    case 'webhooks':
      return <WebhooksPage />;
    case 'users':
      return <UsersPage />;
    case 'audit':
      return <AuditPage />;
    case 'settings':
      return <SettingsPage />;
    case 'health':
      return <HealthPage />;
    default:
      return <UnknownPage />;
  }
}

function PageOnItsWay(): ReactElement {
  return (
    <div className="page">
      <Skeleton />
    </div>
  );
}

/** What makes it another page: a tab of the same service does not. */
function pageIdentity(route: Route): string {
  if (route.name === 'service') return `service/${route.environment}/${route.serviceName}`;
  if (route.name === 'comparison') return `comparison/${route.leftId}/${route.rightId}`;
  return route.name === 'snapshot' ? `snapshot/${route.id}` : route.name;
}
