/** Null when it takes longer; a failure that comes after that is nobody's any more. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  const { promise: deadline, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, ms, null);
  work.catch(() => undefined);
  try {
    return await Promise.race([work, deadline]);
  } finally {
    clearTimeout(timer);
  }
}
