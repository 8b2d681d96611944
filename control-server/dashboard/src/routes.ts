/** Tabs of a service page, in the order in which they are shown. */
export const SERVICE_TABS = ['snapshots', 'breakpoints', 'code', 'agents', 'settings'] as const;
/** One tab of {@link SERVICE_TABS}. */
export type ServiceTab = (typeof SERVICE_TABS)[number];

/** A service in one environment, as addresses name it. */
export interface ServiceAddress {
  readonly environment: string;
  readonly serviceName: string;
}

/** Pages for administrators, in the order in which they are shown. */
export const ADMINISTRATION_PAGES = ['keys', 'users', 'webhooks', 'audit', 'settings', 'health'] as const;

const PLAIN_PAGES = ['snapshots', 'account', 'login', 'setup', 'invitation'] as const;
type SinglePage = (typeof PLAIN_PAGES)[number] | (typeof ADMINISTRATION_PAGES)[number];
const SINGLE_PAGES: readonly SinglePage[] = [...PLAIN_PAGES, ...ADMINISTRATION_PAGES];

/** What an address of the dashboard shows. */
export type Route =
  | { readonly name: 'services' | 'unknown' | SinglePage }
  | ({ readonly name: 'service'; readonly tab: ServiceTab } & ServiceAddress)
  | { readonly name: 'snapshot'; readonly id: string }
  | { readonly name: 'comparison'; readonly leftId: string; readonly rightId: string };

/**
 * The route of a raw `location.pathname`. Segments are decoded once, here: a service may be called `a/b` or `50%25`,
 * and a router that decodes the whole path first could not tell them apart.
 */
export function parseRoute(pathname: string): Route {
  const segments = pathname.split('/').filter((segment) => segment !== '');
  const [first = '', ...rest] = segments;
  if (segments.length === 0) return { name: 'services' };
  const page = SINGLE_PAGES.find((name) => name === first);
  if (segments.length === 1 && page !== undefined) return { name: page };
  const decoded = decodeSegments(rest);
  if (decoded === null) return { name: 'unknown' };
  if (first === 'snapshots' && decoded.length === 1) return { name: 'snapshot', id: decoded.join('') };
  const [leftId = '', word, rightId = ''] = decoded;
  if (first === 'snapshots' && decoded.length === 3 && word === 'compare') {
    return { name: 'comparison', leftId, rightId };
  }
  const [environment, serviceName, tabName] = decoded;
  if (first === 'services' && environment !== undefined && serviceName !== undefined && decoded.length <= 3) {
    const tab = SERVICE_TABS.find((known) => known === (tabName ?? 'snapshots'));
    if (tab !== undefined) return { name: 'service', environment, serviceName, tab };
  }
  return { name: 'unknown' };
}

/** Null for what is no URL encoding. */
function decodeSegments(segments: readonly string[]): string[] | null {
  try {
    return segments.map((segment) => decodeURIComponent(segment));
  } catch {
    return null;
  }
}

/** Address of a service's tab. */
export function servicePath(address: ServiceAddress, tab: ServiceTab = 'snapshots'): string {
  return `/services/${encodeURIComponent(address.environment)}/${encodeURIComponent(address.serviceName)}/${tab}`;
}

/** Address of the snapshots of every service. */
export const SNAPSHOTS_PATH = '/snapshots';

/** Permanent address of a snapshot. */
export function snapshotPath(id: string): string {
  return `/snapshots/${encodeURIComponent(id)}`;
}

/** Address of what two snapshots have in common and what not. */
export function comparisonPath(leftId: string, rightId: string): string {
  return `${snapshotPath(leftId)}/compare/${encodeURIComponent(rightId)}`;
}

/** The id in a link to a snapshot, or in what is an id itself; null for anything else. */
export function snapshotIdIn(text: string): string | null {
  const trimmed = text.trim();
  if (/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(trimmed)) return trimmed;
  const route = URL.canParse(trimmed) ? parseRoute(new URL(trimmed).pathname) : parseRoute(trimmed);
  return route.name === 'snapshot' ? route.id : null;
}

/** Address of the sign-in page that leads back to where the person was. */
export function loginPath(from: string): string {
  return from === '/' ? '/login' : `/login?next=${encodeURIComponent(from)}`;
}

/** Where to go after signing in: only ever a path of this origin. */
export function pathAfterLogin(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '/';
  // `//host` and `/\host` are other origins to a browser.
  return /^\/(?![/\\])/.test(next) && !next.startsWith('/login') && !/^\/(setup|invitation)/.test(next)
    ? next
    : '/';
}
