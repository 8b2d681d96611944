import type { Snapshot } from '../../../src/protocol/snapshot.ts';
import { aSnapshot } from '../../helpers/a-snapshot.ts';

/** Snapshots with the ids `<prefix>1` to `<prefix><count>`, changed where a test says so. */
export function snapshotsOf(count: number, changes: Partial<Snapshot> = {}, prefix = 'id-'): Snapshot[] {
  return Array.from({ length: count }, (_, index) =>
    aSnapshot({ snapshotId: `${prefix}${index + 1}`, ...changes }),
  );
}
