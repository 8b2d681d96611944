import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openDatabase } from '../../../control-server/store/sqlite/database.ts';
import type { Database } from '../../../control-server/store/sqlite/database.ts';
import { createGroupCommit } from '../../../control-server/store/sqlite/group-commit.ts';
import type { GroupCommit, WriteOutcome } from '../../../control-server/store/sqlite/group-commit.ts';

test('a write that fails half-way takes back only itself', async () => {
  const { database, add } = openNotes();
  const outcomes = await Promise.all([
    add(() => note(database, 'first')),
    add(() => {
      note(database, 'half');
      throw new Error('no');
    }),
    add(() => note(database, 'last')),
  ]);
  expect(outcomes).toEqual([
    { ok: true, value: 'first' },
    { ok: false, error: new Error('no') },
    { ok: true, value: 'last' },
  ]);
  expect(notes(database)).toEqual(['first', 'last']);
});

test('snapshots that fail half-way take back only themselves, and each other write is done once', async () => {
  const { database, groupCommit } = openNotes();
  const add = (isBulk: boolean, run: () => unknown): Promise<WriteOutcome> =>
    new Promise((settle) => {
      groupCommit.add({ weight: 1, isBulk, run, settle });
    });
  const outcomes = await Promise.all([
    add(true, () => note(database, 'first')),
    add(true, () => {
      note(database, 'half');
      throw new Error('no');
    }),
    add(true, () => note(database, 'last')),
    add(false, () => note(database, 'kill')),
  ]);
  expect(outcomes).toEqual([
    { ok: true, value: 'first' },
    { ok: false, error: new Error('no') },
    { ok: true, value: 'last' },
    { ok: true, value: 'kill' },
  ]);
  expect(notes(database)).toEqual(['kill', 'first', 'last']);
});

test('answers a write only after its commit', async () => {
  const { database, groupCommit } = openNotes();
  const wasInTransaction: boolean[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  groupCommit.add({
    weight: 1,
    isBulk: false,
    run: () => wasInTransaction.push(database.inTransaction),
    settle: () => {
      wasInTransaction.push(database.inTransaction);
      resolve();
    },
  });
  await promise;
  expect(wasInTransaction).toEqual([true, false]);
});

test('a full disk fails the writes of its group, and later ones are tried again', async () => {
  const { database, add } = openNotes();
  await add(() => note(database, 'before'));
  const pages = database.get<{ page_count: number }>('PRAGMA page_count')?.page_count ?? 0;
  database.execute(`PRAGMA max_page_count = ${pages + 1}`);
  const outcomes = await Promise.all([
    add(() => note(database, 'small')),
    add(() => note(database, 'x'.repeat(1_000_000))),
  ]);
  expect(outcomes.at(-1)).toMatchObject({ ok: false });
  // Whatever was answered with success is there, and nothing else.
  const stored = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : []));
  expect(notes(database)).toEqual(['before', ...stored]);
  database.execute('PRAGMA max_page_count = 1000000');
  expect(await add(() => note(database, 'after'))).toMatchObject({ ok: true });
});

test('a lock that another process holds too long fails the group and leaves no transaction open', async () => {
  const { database, add, file } = openNotes();
  database.execute('PRAGMA busy_timeout = 1');
  const other = openDatabase(file);
  other.execute('BEGIN IMMEDIATE');
  expect(await add(() => note(database, 'refused'))).toMatchObject({ ok: false });
  expect(database.inTransaction).toBe(false);
  other.execute('ROLLBACK');
  other.close();
  expect(await add(() => note(database, 'taken'))).toMatchObject({ ok: true });
  expect(notes(database)).toEqual(['taken']);
});

test('a change of control does not wait for the snapshots that came before it', async () => {
  const { database, groupCommit } = openNotes();
  const order: string[] = [];
  const add = (text: string, weight: number, isBulk: boolean): Promise<void> =>
    new Promise((resolve) => {
      const settle = (): void => {
        order.push(text);
        resolve();
      };
      groupCommit.add({ weight, isBulk, run: () => note(database, text), settle });
    });
  const snapshots = ['first', 'second', 'third'].map((text) => add(text, 2_000, true));
  await Promise.all([...snapshots, add('kill', 1, false), add('key', 1, false)]);
  expect(order).toEqual(['kill', 'key', 'first', 'second', 'third']);
});

test('splits what is too heavy for one transaction, in order, and lets others in between', async () => {
  const { database, groupCommit } = openNotes();
  const order: string[] = [];
  const add = (text: string, weight: number): Promise<void> =>
    new Promise((resolve) => {
      groupCommit.add({
        weight,
        isBulk: false,
        run: () => note(database, text),
        settle: () => {
          order.push(text);
          resolve();
        },
      });
    });
  const all = Promise.all([add('a', 1_999), add('b', 1), add('c', 5_000), add('d', 1)]);
  void add('e', 1);
  await all;
  expect(order.slice(0, 4)).toEqual(['a', 'b', 'c', 'd']);
  groupCommit.flush();
  expect(notes(database)).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('commits what waits when it is told to', () => {
  const { database, groupCommit } = openNotes(60_000);
  let outcome: WriteOutcome | undefined;
  groupCommit.add({
    weight: 1,
    isBulk: false,
    run: () => note(database, 'waiting'),
    settle: (settled) => {
      outcome = settled;
    },
  });
  expect(outcome).toBeUndefined();
  groupCommit.flush();
  expect(outcome).toEqual({ ok: true, value: 'waiting' });
});

interface Notes {
  readonly database: Database;
  readonly file: string;
  readonly groupCommit: GroupCommit;
  add(run: () => unknown): Promise<WriteOutcome>;
}

function openNotes(delayMs = 1): Notes {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-commit-'));
  const file = join(folder, 'notes.db');
  const database = openDatabase(file);
  database.execute('CREATE TABLE note (text TEXT NOT NULL) STRICT');
  onTestFinished(() => {
    database.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const groupCommit = createGroupCommit(database, delayMs);
  const add = (run: () => unknown): Promise<WriteOutcome> =>
    new Promise((settle) => groupCommit.add({ run, settle, weight: 1, isBulk: false }));
  return { database, file, groupCommit, add };
}

function note(database: Database, text: string): string {
  database.run('INSERT INTO note (text) VALUES (:text)', { text });
  return text;
}

function notes(database: Database): string[] {
  return database.all<{ text: string }>('SELECT text FROM note ORDER BY rowid').map(({ text }) => text);
}
