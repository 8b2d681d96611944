import { EVERY_ROUTE } from '../access/every-route.ts';

/** The least that a route of the API asks for. */
export type Least = 'public' | 'viewer' | 'operator' | 'admin';

/** Every route of the API, and the least role that it asks for. */
export const API_ROUTES: readonly [method: string, url: string, least: Least][] = Object.entries(
  EVERY_ROUTE,
).flatMap(([route, { least }]): [string, string, Least][] => {
  const [method = '', url = ''] = route.split(' ');
  return least === 'agent' ? [] : [[method, url, least]];
});
