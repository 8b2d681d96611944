import { QueryClientProvider } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import type { ReactElement } from 'react';
import { PendingDeletions } from './breakpoints/pending-deletions.tsx';
import { KeysPage } from './keys/keys-page.tsx';
import { GlobalStopBanner } from './kill-switch/global-stop-banner.tsx';
import { LiveProvider } from './live/live-provider.tsx';
import { goTo, useRoute } from './navigation.ts';
import { createQueryClient } from './queries.ts';
import type { Route } from './routes.ts';
import { ServicePage } from './service/service-page.tsx';
import { ServicesPage } from './services/services-page.tsx';
import { InvitationPage } from './session/invitation-page.tsx';
import { LoginPage } from './session/login-page.tsx';
import { takeOneTimeCode } from './session/one-time-code.ts';
import { SessionGate } from './session/session-gate.tsx';
import { SetupPage } from './session/setup-page.tsx';
import { FaultBoundary } from './shell/fault-boundary.tsx';
import { UnknownPage } from './shell/unknown-page.tsx';
import { useRouteFocus } from './shell/route-focus.ts';
import { ShortcutHelpProvider } from './shell/shortcut-help.tsx';
import { useShortcuts } from './shell/shortcuts.ts';
import { TopBar } from './shell/top-bar.tsx';
import { SnapshotPage } from './snapshot/snapshot-page.tsx';
import { ClockProvider } from './ui/clock.tsx';
import { ToastProvider } from './ui/toasts.tsx';

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
      </QueryClientProvider>
    </FaultBoundary>
  );
}

/** Takes the one-time code out of the address bar. */
export function takeCodeOfPage(): string | null {
  return takeOneTimeCode(location, (path) => history.replaceState(null, '', path));
}

function SignedIn({ route }: { readonly route: Route }): ReactElement {
  useShortcuts({ 'g s': () => goTo('/'), 'g k': () => goTo('/keys') });
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
      <FaultBoundary key={pageIdentity(route)}>
        <CurrentPage route={route} />
      </FaultBoundary>
    </>
  );
}

function CurrentPage({ route }: { readonly route: Route }): ReactElement {
  switch (route.name) {
    case 'services':
      return <ServicesPage />;
    case 'service':
      return <ServicePage service={route} tab={route.tab} />;
    case 'snapshot':
      return <SnapshotPage id={route.id} />;
    case 'keys':
      return <KeysPage />;
    default:
      return <UnknownPage />;
  }
}

/** What makes it another page: a tab of the same service does not. */
function pageIdentity(route: Route): string {
  if (route.name === 'service') return `service/${route.environment}/${route.serviceName}`;
  return route.name === 'snapshot' ? `snapshot/${route.id}` : route.name;
}
