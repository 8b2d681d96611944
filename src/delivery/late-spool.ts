import type { Spool } from './spool.ts';

/** A spool whose code is loaded when it is first used: most agents have none. */
export function createLateSpool(load: () => Promise<Spool>): Spool {
  let loading: Promise<Spool | null> | null = null;

  function spool(): Promise<Spool | null> {
    loading ??= load().catch(() => null);
    return loading;
  }

  return {
    start() {
      void spool().then((loaded) => loaded?.start());
    },
    write: async (lines) => (await spool())?.write(lines) ?? 0,
    async idle() {
      await (await loading)?.idle();
    },
    close() {
      void loading?.then((loaded) => loaded?.close());
    },
  };
}
