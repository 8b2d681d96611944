import type { DropReason } from '../protocol/drop-reason.ts';
import type { Clock } from './clock.ts';
import { encodeLines } from './queue.ts';
import type { QueuedLine } from './queue.ts';
import type { Spool } from './spool.ts';

/** What is lost, as the books know it. */
export type Labelled = Pick<QueuedLine, 'label'>;

/** What becomes of snapshots that are not stored: kept in the spool, if there is one, or lost. */
export interface Losses {
  /** Lost, whatever there is. */
  drop(reason: DropReason, lines: readonly Labelled[]): void;
  /** Kept where another attempt may help, else lost under `reason`. Has copied the lines when it returns. */
  lose(reason: DropReason, lines: readonly QueuedLine[]): void;
  /** On the way to the spool. */
  readonly keeping: number;
  readonly canKeep: boolean;
  /** Resolves when nothing is being written, or the disk takes too long. */
  settled(): Promise<void>;
}

/** A disk that hangs must not hang the end of the host. */
const MAX_WAIT_MS = 2_000;

/** What the server refuses would be refused again, and what a kill drops is not wanted. */
const KEPT: ReadonlySet<DropReason> = new Set(['send', 'queue', 'auth', 'shutdown']);

/** @param deps.onDrop and `deps.onSpooled` do not throw */
export function createLosses(deps: {
  /** For what would be lost. */
  readonly spool: Spool | undefined;
  /** For what is sent: only waited for. */
  readonly copies: Spool | undefined;
  readonly clock: Clock;
  /** Runs without the async context of the host. */
  readonly inOwnContext: (work: () => void) => void;
  onDrop(reason: DropReason, lines: readonly Labelled[]): void;
  onSpooled(lines: readonly Labelled[]): void;
}): Losses {
  const { spool } = deps;
  let keeping = 0;

  function drop(reason: DropReason, lines: readonly Labelled[]): void {
    if (lines.length > 0) deps.onDrop(reason, lines);
  }

  async function keep(to: Spool, reason: DropReason, lines: readonly QueuedLine[]): Promise<void> {
    keeping += lines.length;
    let written = 0;
    try {
      written = await to.write(lines.map((line) => encodeLines([line])));
    } catch {
      // There is no memory for the copy.
    }
    keeping -= lines.length;
    if (written > 0) deps.onSpooled(lines.slice(0, written));
    drop(reason, lines.slice(written));
  }

  return {
    drop,
    lose(reason, lines) {
      if (lines.length === 0) return;
      if (spool === undefined || !KEPT.has(reason)) drop(reason, lines);
      else deps.inOwnContext(() => void keep(spool, reason, lines));
    },
    get keeping() {
      return keeping;
    },
    canKeep: spool !== undefined,
    async settled() {
      const idle = [spool, deps.copies].flatMap((each) => each?.idle() ?? []);
      if (idle.length === 0) return;
      const deadline = Promise.withResolvers<void>();
      const cancel = deps.clock.setTimer(deadline.resolve, MAX_WAIT_MS, { holdsProcess: true });
      await Promise.race([Promise.all(idle), deadline.promise]);
      cancel();
    },
  };
}
