/** Requests of one bulk change that are under way together: a browser has six connections, and pages need some. */
const AT_A_TIME = 4;

/** One that failed, and why. */
export interface Failure<T> {
  readonly item: T;
  readonly error: unknown;
}

/** Does something with each, a few at a time; says which failed, in their order, once all are done. Never rejects. */
export async function fewAtATime<T>(
  items: readonly T[],
  run: (item: T) => Promise<unknown>,
): Promise<Failure<T>[]> {
  const failures = new Map<T, Failure<T>>();
  const left = items.values();
  const work = async (): Promise<void> => {
    for (const item of left) {
      try {
        await run(item);
      } catch (error) {
        failures.set(item, { item, error });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  return items.flatMap((item) => failures.get(item) ?? []);
}
