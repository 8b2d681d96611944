import type { SnapshotResource } from '../../src/protocol/api.ts';
import { shortPlace } from './code-place.ts';

/** What a snapshot is called: its label, or its place. */
export function snapshotName(snapshot: Pick<SnapshotResource, 'label' | 'filePath' | 'lineNumber'>): string {
  return snapshot.label ?? (shortPlace(snapshot.filePath, snapshot.lineNumber) || 'Snapshot');
}
