import type { BreakpointResource } from '../../src/protocol/api.ts';
import type { ApiClient } from './api-client.ts';
import { CommandError } from './command-error.ts';
import { demandId } from './find-by-id.ts';
import { toPlainLine } from './plain-text.ts';

const LIST = 'stillframe breakpoints list';

/** The breakpoint whose id is given, or begins with what is given. */
export async function findBreakpoint(api: ApiClient, id: string): Promise<BreakpointResource> {
  demandId(id, LIST);
  const breakpoints = await api.get<readonly BreakpointResource[]>('/api/breakpoints');
  const exact = breakpoints.find((breakpoint) => breakpoint.id === id);
  if (exact !== undefined) return exact;
  const candidates = breakpoints.filter((breakpoint) => breakpoint.id.startsWith(id));
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  if (only === undefined) {
    throw new CommandError(
      'breakpoint_not_found',
      `No breakpoint has the id "${toPlainLine(id)}"`,
      `See ${LIST}.`,
    );
  }
  throw new CommandError(
    'ambiguous_id',
    `${candidates.length} breakpoints have an id that starts with "${toPlainLine(id)}"`,
    'Give more of it.',
  );
}
