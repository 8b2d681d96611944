import { useQuery } from '@tanstack/react-query';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import { globalStop } from '../kill-switch/effective-stop.ts';
import { StopButton } from '../kill-switch/stop-button.tsx';
import { EVERYTHING } from '../kill-switch/stop-target.ts';
import { LiveStatus } from '../live/live-provider.tsx';
import { useRoute } from '../navigation.ts';
import { killSwitchesQuery } from '../queries.ts';
import { ADMINISTRATION_PAGES, SNAPSHOTS_PATH } from '../routes.ts';
import { useMayAdminister, useMayChange } from '../session/session-gate.tsx';
import { Icon } from '../ui/icons.tsx';
import { AccountMenu } from './account-menu.tsx';
import { ThemeToggle } from './theme.tsx';

/** What every page carries: where one can go, whether the page is live, the global switch, the account. */
export function TopBar(): ReactElement {
  const { name } = useRoute();
  const mayChange = useMayChange();
  const mayAdminister = useMayAdminister();
  const { data: switches = [] } = useQuery(killSwitchesQuery);
  return (
    <header className="top-bar">
      <Link href="/" className="brand" aria-label="Stillframe, to the services">
        <Icon name="logo" size={20} />
        <span className="brand-name">Stillframe</span>
      </Link>
      <nav aria-label="Main">
        <NavLink href="/" isHere={name === 'services' || name === 'service'}>
          Services
        </NavLink>
        <NavLink
          href={SNAPSHOTS_PATH}
          isHere={name === 'snapshots' || name === 'snapshot' || name === 'comparison'}
        >
          Snapshots
        </NavLink>
        {mayAdminister && (
          <NavLink href="/keys" isHere={ADMINISTRATION_PAGES.some((page) => page === name)}>
            Administration
          </NavLink>
        )}
      </nav>
      <span className="spacer" />
      <LiveStatus />
      {mayChange && globalStop(switches) === null && (
        <StopButton
          target={EVERYTHING}
          testId="kill-switch-global"
          title="Stop capture in every service and environment, at once"
        >
          <span>
            Stop all<span className="wide-only"> capture</span>
          </span>
        </StopButton>
      )}
      <ThemeToggle />
      <AccountMenu />
    </header>
  );
}

function NavLink({
  href,
  isHere,
  children,
}: {
  readonly href: string;
  readonly isHere: boolean;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <Link href={href} className="nav-link" aria-current={isHere ? 'page' : undefined}>
      {children}
    </Link>
  );
}
