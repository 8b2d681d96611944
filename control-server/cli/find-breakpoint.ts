import type { BreakpointResource } from '../../src/protocol/api.ts';
import type { ApiClient } from './api-client.ts';
import { demandId, findById } from './find-by-id.ts';

const LIST = 'stillframe breakpoints list';

/**
 * The breakpoint whose id is given, or begins with what is given. One that is not there is told by the code that the API
 * has for it.
 */
export async function findBreakpoint(api: ApiClient, id: string): Promise<BreakpointResource> {
  demandId(id, LIST);
  const breakpoints = await api.get<readonly BreakpointResource[]>('/api/breakpoints');
  return findById(breakpoints, id, 'breakpoints', LIST, 'breakpoint_not_found');
}
