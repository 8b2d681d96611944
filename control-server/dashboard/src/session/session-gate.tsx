import { useQuery } from '@tanstack/react-query';
import { createContext, useContext, useEffect } from 'react';
import type { ReactElement, ReactNode } from 'react';
import type { Me } from '../../../../src/protocol/api.ts';
import { goTo } from '../navigation.ts';
import { meQuery } from '../queries.ts';
import { loginPath } from '../routes.ts';
import { FailureNotice, Skeleton } from '../ui/notice.tsx';

const MeContext = createContext<Me | null>(null);

/** Shows what is below only to who is signed in; everyone else goes to the sign-in page and comes back from there. */
export function SessionGate({ children }: { readonly children: ReactNode }): ReactElement {
  const me = useQuery(meQuery);
  const isSignedOut = me.data === null;
  useEffect(() => {
    if (isSignedOut) goTo(loginPath(location.pathname + location.search), { replace: true });
  }, [isSignedOut]);

  if (me.data) return <MeContext value={me.data}>{children}</MeContext>;
  return (
    <main className="page">
      {me.isError ? <FailureNotice error={me.error} onRetry={() => void me.refetch()} /> : <Skeleton />}
    </main>
  );
}

/** Who is signed in. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (me === null) throw new Error('useMe() needs a SessionGate above it');
  return me;
}

/** Whether this person may change anything; the server decides, this only hides what it would refuse. */
export function useMayChange(): boolean {
  return useMe().role !== 'viewer';
}

/** Whether this person administers the server: keys, people, audit, settings, and letting everything capture again. */
export function useMayAdminister(): boolean {
  return useMe().role === 'admin';
}
