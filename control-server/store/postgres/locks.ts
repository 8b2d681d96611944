type LockName = 'migrate' | 'ingest' | 'sweep' | 'index' | 'rare' | 'texts';

/**
 * The arguments of an advisory lock's function, for what only one of all nodes does at a time. The first number is
 * "STFR": it tells our locks from those of other programs in the same database.
 */
export const LOCKS: Readonly<Record<LockName, string>> = {
  migrate: '1398031954, 1',
  ingest: '1398031954, 2',
  sweep: '1398031954, 3',
  index: '1398031954, 4',
  rare: '1398031954, 5',
  // Who holds it may write the index, or delete rows that it is of: never a text of what is deleted.
  texts: '1398031954, 6',
};
