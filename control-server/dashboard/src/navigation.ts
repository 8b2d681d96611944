import { useMemo } from 'react';
import { navigate, usePathname, useSearch } from 'wouter/use-browser-location';
import { parseRoute } from './routes.ts';
import type { Route } from './routes.ts';

/** The route of the address bar. Read raw, since every part of an address may hold any character. */
export function useRoute(): Route {
  const pathname = usePathname();
  return useMemo(() => parseRoute(pathname), [pathname]);
}

/** The raw query of the address bar, with its `?`. */
export function useRawSearch(): string {
  return useSearch();
}

/** Goes to a path; `replace` leaves no entry in the history. */
export function goTo(path: string, options: { readonly replace?: boolean } = {}): void {
  navigate(path, options);
}
