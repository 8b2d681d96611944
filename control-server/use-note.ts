const NOTED_EVERY_MS = 60_000;

/**
 * Notes that something was used, at most once a minute for each: every note is a write. Whoever asks does not wait.
 * @param onError told when a note failed; never throws
 */
export function createUseNote(
  note: (id: string, nowIso: string) => Promise<void>,
  now: () => number,
  onError: (error: unknown) => void,
): (id: string) => void {
  const notedAtMs = new Map<string, number>();
  return (id) => {
    const nowMs = now();
    if (nowMs - (notedAtMs.get(id) ?? Number.NEGATIVE_INFINITY) < NOTED_EVERY_MS) return;
    notedAtMs.set(id, nowMs);
    note(id, new Date(nowMs).toISOString()).catch(onError);
  };
}
