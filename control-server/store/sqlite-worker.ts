/** The thread of the SQLite store: the only one that touches the database. */
import { parentPort, workerData } from 'node:worker_threads';
import { createCallTable } from './sqlite/calls.ts';
import type { CallTable } from './sqlite/calls.ts';
import { openDatabase } from './sqlite/database.ts';
import type { Database } from './sqlite/database.ts';
import { createGroupCommit } from './sqlite/group-commit.ts';
import type { GroupCommit, WriteOutcome } from './sqlite/group-commit.ts';
import { migrate } from './sqlite/migrations.ts';
import { runRecorded } from './sqlite/recorded-write.ts';
import { carryError } from './thread-messages.ts';
import type { ThreadMessage, ThreadOptions, ThreadRequest } from './thread-messages.ts';

/** Writes that may wait while others go first. */
const BULK: ReadonlySet<string> = new Set(['storeSnapshots', 'importSnapshots', 'sweepSlice', 'indexSlice']);

// oxlint-disable-next-line no-unsafe-type-assertion -- only createSqliteStore starts this file
if (parentPort !== null) serve(parentPort, workerData as ThreadOptions);

function serve(port: NonNullable<typeof parentPort>, options: ThreadOptions): void {
  const send = (message: ThreadMessage): void => port.postMessage(message);
  let database: Database;
  try {
    database = open(options.file);
  } catch (error) {
    send({ kind: 'failed', error: carryError(error, `the start with ${options.file}`) });
    return;
  }
  const groupCommit = createGroupCommit(database, options.groupCommitMs);
  const calls = createCallTable(database, options.retention, groupCommit.figures);

  port.on('message', (request: ThreadRequest) => {
    if (request.kind === 'call') answer(request, database, calls, groupCommit, send);
    else {
      groupCommit.flush();
      database.close(); // as the last connection it checkpoints, so one file is left
      port.close();
    }
  });
  send({ kind: 'ready' });
}

function open(file: string): Database {
  const database = openDatabase(file);
  try {
    migrate(database, Date.now());
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function answer(
  request: Extract<ThreadRequest, { kind: 'call' }>,
  database: Database,
  calls: CallTable,
  groupCommit: GroupCommit,
  send: (message: ThreadMessage) => void,
): void {
  const { id, name, args, stamp } = request;
  const call = calls[name];
  // Both sides are typed by the same table, which the union of all its functions cannot express.
  // oxlint-disable-next-line no-unsafe-type-assertion
  const runPlain = (): unknown => (call.run as (...values: readonly unknown[]) => unknown)(...args);
  const run = stamp === null ? runPlain : (): unknown => runRecorded(database, stamp, name, args, runPlain);
  const settle = (outcome: WriteOutcome): void =>
    send(
      outcome.ok
        ? { kind: 'value', id, value: outcome.value }
        : { kind: 'error', id, error: carryError(outcome.error, name) },
    );
  if (call.access === 'write') {
    const rows = args.find((argument) => Array.isArray(argument));
    groupCommit.add({
      run,
      settle,
      weight: Math.max(1, rows?.length ?? 1),
      isBulk: BULK.has(name),
    });
    return;
  }
  try {
    settle({ ok: true, value: run() });
  } catch (error) {
    settle({ ok: false, error });
  }
}
