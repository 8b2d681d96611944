import { createContext, useContext, useEffect, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { formatAge, formatInstant } from '../../../wording/time.ts';

const NowContext = createContext(0);
const TICK_MS = 5_000;

/** One timer for every age on the page. */
export function ClockProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return <NowContext value={nowMs}>{children}</NowContext>;
}

/** The time, exact to a few seconds; whoever uses it is drawn again as it passes. */
export function useNowMs(): number {
  return useContext(NowContext);
}

/** `4 min ago`, with the exact instant on hover; a dash for never. */
export function Age({ instant }: { readonly instant: string | null }): ReactElement {
  const nowMs = useNowMs();
  if (instant === null) return <span className="faint">–</span>;
  return (
    <time dateTime={instant} title={formatInstant(instant)}>
      {formatAge(instant, nowMs)}
    </time>
  );
}
