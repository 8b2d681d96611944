/**
 * Why a capture did not become a stored snapshot: one closed list for agent, wire and dashboard.
 * Every call that passed the gate's mask ends as stored or under exactly one of these.
 */
export const DROP_REASONS = [
  'disabled',
  'killed',
  'breaker',
  'rate',
  'limit',
  'expired',
  'condition',
  'unregistered',
  'error',
  'scrub',
  'size',
  'queue',
  'auth',
  'rejected',
  'send',
  'shutdown',
] as const;

/** One reason of {@link DROP_REASONS}. */
export type DropReason = (typeof DROP_REASONS)[number];

/** How often each reason applied since the process started. */
export type DropCounts = Readonly<Record<DropReason, number>>;

/** True for a member of {@link DROP_REASONS}. */
export function isDropReason(value: unknown): value is DropReason {
  return typeof value === 'string' && (DROP_REASONS as readonly string[]).includes(value);
}
