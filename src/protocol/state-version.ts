/**
 * Version of a control state: `"<epoch>-<rev>"`. The epoch is the millisecond at which the server's database came to
 * be; the revision counts its control changes. A restored database starts a new, later epoch.
 */
export interface StateVersion {
  readonly epoch: number;
  readonly rev: number;
}

const PATTERN = /^(\d{1,15})-(\d{1,15})$/;

/** The version, or null when the text is not one. */
export function parseStateVersion(text: unknown): StateVersion | null {
  const match = typeof text === 'string' ? PATTERN.exec(text) : null;
  return match === null ? null : { epoch: Number(match[1]), rev: Number(match[2]) };
}

/** `"<epoch>-<rev>"`. */
export function formatStateVersion(version: StateVersion): string {
  return `${version.epoch}-${version.rev}`;
}

/** True when `candidate` may not replace what is known as `known`: it is older. An equal version is not stale. */
export function isStale(candidate: StateVersion, known: StateVersion): boolean {
  return candidate.epoch < known.epoch || (candidate.epoch === known.epoch && candidate.rev < known.rev);
}
