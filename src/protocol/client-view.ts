import { AGENT_USER_AGENT_PREFIX } from './routes.ts';
import type { Breakpoint } from './breakpoint.ts';

/** What a control server has to know of a client before it encodes anything for it. */
export interface ClientKind {
  /** True for every SDK but ours. */
  readonly isForeign: boolean;
  /** True for the Python SDK, which throws into its host's request when it meets `expire_at`. */
  readonly withholdExpiry: boolean;
}

const OWN: ClientKind = { isForeign: false, withholdExpiry: false };
const FOREIGN: ClientKind = { isForeign: true, withholdExpiry: false };
const FOREIGN_WITHOUT_EXPIRY: ClientKind = { isForeign: true, withholdExpiry: true };

/** All kinds there are; {@link clientKindOf} returns one of these very objects, so that they may serve as keys. */
export const CLIENT_KINDS: readonly ClientKind[] = [OWN, FOREIGN, FOREIGN_WITHOUT_EXPIRY];

/** The kind of the client that calls itself so in `User-Agent`. */
export function clientKindOf(userAgent: string): ClientKind {
  if (userAgent.startsWith(AGENT_USER_AGENT_PREFIX)) return OWN;
  return userAgent.startsWith('python-requests') ? FOREIGN_WITHOUT_EXPIRY : FOREIGN;
}

/** True while captures of this breakpoint are wanted: enabled, not expired, its limit not reached. */
export function isArmed(breakpoint: Breakpoint, nowMs: number): boolean {
  return (
    breakpoint.enabled &&
    (breakpoint.expireAt === null || Date.parse(breakpoint.expireAt) > nowMs) &&
    (breakpoint.maxCaptures === 0 || breakpoint.captureCount < breakpoint.maxCaptures)
  );
}

/**
 * The breakpoints that a client is told of. Foreign clients take whatever is listed for armed, so they get only those.
 * Ours gets all, `enabled` saying which are armed: it then knows the label of a disabled one and does not register it.
 */
export function breakpointsShownTo<Kept extends Breakpoint>(
  client: ClientKind,
  breakpoints: readonly Kept[],
  nowMs: number,
): Kept[] {
  if (client.isForeign) return breakpoints.filter((breakpoint) => isArmed(breakpoint, nowMs));
  return breakpoints.map((breakpoint) =>
    breakpoint.enabled && !isArmed(breakpoint, nowMs) ? { ...breakpoint, enabled: false } : breakpoint,
  );
}
