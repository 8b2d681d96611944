import { useEffect } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import { Icon } from '../ui/icons.tsx';

/** The frame of the pages before one is signed in. */
export function Entrance({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}): ReactElement {
  useEffect(() => {
    document.title = `${title} · Stillframe`;
  }, [title]);
  return (
    <main className="entrance">
      <div className="entrance-card">
        <p className="entrance-brand">
          <Icon name="logo" size={22} /> Stillframe
        </p>
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}

/** A page that does nothing without the link that leads to it. */
export function LinkNeeded({
  title,
  children,
}: {
  readonly title: string;
  /** Where the link comes from. */
  readonly children: ReactNode;
}): ReactElement {
  return (
    <Entrance title={title}>
      <p className="muted">{children}</p>
      <Link href="/login" className="button button-plain">
        Go to sign in
      </Link>
    </Entrance>
  );
}
