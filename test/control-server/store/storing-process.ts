/** Stores batches in the file of its first argument until it is killed, and prints the ids of each that was confirmed. */
import { writeSync } from 'node:fs';
import { createSqliteStore } from '../../../control-server/store/sqlite-store.ts';
import { NOW } from './opened-store.ts';
import { snapshotsOf } from './snapshots-of.ts';

const [, , file = '', run = ''] = process.argv;
const store = await createSqliteStore({ file });
for (let batch = 0; ; batch += 3) {
  // Half-way through the index too.
  void store.indexTexts();
  await Promise.all(
    [batch, batch + 1, batch + 2].map(async (number) => {
      const prefix = `${run}-${number}-`;
      await store.storeSnapshots('default', snapshotsOf(20, {}, prefix), NOW);
      writeSync(1, `${prefix}\n`);
    }),
  );
}
