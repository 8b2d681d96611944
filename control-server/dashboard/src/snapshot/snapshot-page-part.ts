import { lazyPart } from '../ui/lazy-part.ts';
import type { LazyPart } from '../ui/lazy-part.ts';

/** The page of one snapshot, which a list prepares before the first click. */
export const SnapshotPagePart: LazyPart<{ readonly id: string }> = lazyPart(
  async () => (await import('./snapshot-page.tsx')).SnapshotPage,
);
