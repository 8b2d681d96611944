import type { ControlChange } from '../store/service-store.ts';
import type { IngestDependencies } from './dependencies.ts';

/** Writes down that breakpoints were disabled because they have all captures that they were allowed. */
export async function recordSpent(
  changes: readonly ControlChange[],
  { store, now, onProblem }: Pick<IngestDependencies, 'store' | 'now' | 'onProblem'>,
): Promise<void> {
  const entries = changes.flatMap((change) =>
    change.kind === 'kill_switch'
      ? []
      : [
          store.recordAudit({
            at: new Date(now()).toISOString(),
            actor: 'server',
            actorKind: 'system',
            ip: null,
            requestId: null,
            action: 'breakpoint.spent',
            target: `breakpoint/${change.breakpoint.id}`,
            before: null,
            after: change.breakpoint,
          }),
        ],
  );
  try {
    await Promise.all(entries);
  } catch (error) {
    // The snapshots are stored: their agent must not send them again for the sake of an entry.
    onProblem('audit_not_written', error);
  }
}
