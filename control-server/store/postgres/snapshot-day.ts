/** Milliseconds of a day in UTC. */
export const DAY_MS: number = 24 * 60 * 60_000;
/** The day of an id that says none. */
export const NO_DAY = -1;

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * The day since 1970 of a UUIDv7, by which snapshots are partitioned. It comes from the id alone: a delivery that is
 * repeated after midnight looks where the first one was stored.
 */
export function dayOf(id: string): number {
  if (!UUID_V7.test(id)) return NO_DAY;
  return Math.floor(Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) / DAY_MS);
}
