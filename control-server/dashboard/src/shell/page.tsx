import { useEffect } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';

/** One step of the way to a page. */
export interface Crumb {
  readonly label: string;
  readonly href: string;
}

/** Names the page in the tab and in the history. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = title === '' ? 'Stillframe' : `${title} · Stillframe`;
  }, [title]);
}

/** The way to a page, from the services on. */
export function Crumbs({ crumbs }: { readonly crumbs: readonly Crumb[] }): ReactElement {
  return (
    <nav className="crumbs" aria-label="Breadcrumb">
      {crumbs.map((crumb, index) => (
        <span key={crumb.href}>
          {index > 0 && <span aria-hidden="true"> / </span>}
          <Link href={crumb.href}>{crumb.label}</Link>
        </span>
      ))}
    </nav>
  );
}

/** The content of a page. */
export function Page({ children }: { readonly children: ReactNode }): ReactElement {
  return <div className="page">{children}</div>;
}
