import { DatabaseError, Pool, types } from 'pg';
import type { PoolClient, PoolConfig, QueryResult } from 'pg';
import { createConnectionQueue } from './connection-queue.ts';
import { StoreError } from '../store-error.ts';
import { bind } from './named-parameters.ts';
import type { BoundStatement, Parameters } from './named-parameters.ts';

/** What statements run on: a connection inside a transaction, or any that is free. Every value goes in by name. */
export interface Session {
  run(sql: string, parameters?: Parameters): Promise<{ readonly changes: number }>;
  // The schema is ours, so a row has the shape that its statement selects: the caller states it.
  /** The first row. */
  // oxlint-disable-next-line no-unnecessary-type-parameters
  get<Row>(sql: string, parameters?: Parameters): Promise<Row | undefined>;
  // oxlint-disable-next-line no-unnecessary-type-parameters
  all<Row>(sql: string, parameters?: Parameters): Promise<Row[]>;
}

/** The connections of one store. */
export interface Database extends Session {
  /**
   * Commits what the work did, or takes all of it back when it throws. Work that PostgreSQL gave up, because it stood in
   * the way of other work, is done again: it must do nothing but statements.
   */
  transaction<Result>(work: (session: Session) => Promise<Result>): Promise<Result>;
  /** Work that waits for a connection. */
  readonly waiting: number;
  /** Lets go of all connections, once what runs on them has ended. */
  close(): Promise<void>;
}

/** Connections at a time, besides the one that listens. */
const MAX_CONNECTIONS = 8;
const CONNECT_TIMEOUT_MS = 3_000;
/** The server ends what takes longer, and what waits longer for a lock; then this side gives a silent server up. */
const STATEMENT_TIMEOUT_MS = 15_000;
const LOCK_TIMEOUT_MS = 10_000;
const SILENCE_TIMEOUT_MS = 20_000;
/** A node that stands still in a transaction holds up the others. */
const IDLE_TRANSACTION_TIMEOUT_MS = 10_000;
const MAX_TRIES = 3;
/** Deadlock found, and serialisation failure: nothing was done. */
const GIVEN_UP: readonly string[] = ['40P01', '40001'];
const INT8 = 20;

/** The settings of every connection to this URL. */
export function connectionConfig(url: string): PoolConfig {
  return {
    connectionString: url,
    application_name: 'stillframe',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: { getTypeParser },
  };
}

/** Opens no connection yet. */
export function openDatabase(url: string): Database {
  const pool = new Pool({
    ...connectionConfig(url),
    max: MAX_CONNECTIONS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_TRANSACTION_TIMEOUT_MS,
    query_timeout: SILENCE_TIMEOUT_MS,
  });
  const queue = createConnectionQueue(MAX_CONNECTIONS);
  // A connection that breaks while nobody uses it is replaced by the pool; without a listener it would end the process.
  pool.on('error', () => undefined);

  /** A connection for as long as the work lasts. */
  async function use<Result>(work: (client: PoolClient) => Promise<Result>): Promise<Result> {
    return queue.run(async () => {
      let client: PoolClient;
      try {
        client = await pool.connect();
      } catch (error) {
        queue.refuseWaiting(error);
        throw error;
      }
      // Without a listener a connection that breaks meanwhile would end the process; the query rejects anyway.
      const ignore = (): void => undefined;
      client.on('error', ignore);
      let isUsable = false;
      try {
        const result = await work(client);
        isUsable = true;
        return result;
      } catch (error) {
        // Whoever got no answer does not know what the connection does: it may still run the statement.
        isUsable = error instanceof DatabaseError || error instanceof StoreError;
        throw error;
      } finally {
        client.off('error', ignore);
        client.release(!isUsable);
      }
    });
  }

  const once = <Result>(work: (session: Session) => Promise<Result>): Promise<Result> =>
    use(async (client) => {
      await client.query('BEGIN');
      try {
        const result = await work(sessionOf((query) => client.query(query)));
        await client.query('COMMIT');
        return result;
      } catch (error) {
        if (error instanceof DatabaseError || error instanceof StoreError) await client.query('ROLLBACK');
        throw error;
      }
    });

  return {
    ...sessionOf((query) => use((client) => client.query(query))),
    async transaction(work) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await once(work);
        } catch (error) {
          if (attempt === MAX_TRIES || !GIVEN_UP.includes(codeOf(error) ?? '')) throw error;
        }
      }
    },
    get waiting() {
      return queue.waiting;
    },
    close: () => pool.end(),
  };
}

/** The SQLSTATE of an error of the server, or the code of one of the network. */
export function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** What the store refused stays; anything else is `store_failed`. The cause has the server's words, and no values. */
export function toStoreError(error: unknown, doing: string): StoreError {
  if (error instanceof StoreError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  const code = codeOf(error);
  return new StoreError('store_failed', `The database could not complete ${doing}.`, {
    cause: new Error(code === null ? reason : `${reason} (${code})`),
  });
}

function sessionOf(send: (statement: BoundStatement) => Promise<QueryResult>): Session {
  const query = (sql: string, parameters: Parameters = {}) => send(bind(sql, parameters));
  return {
    run: async (sql, parameters) => ({ changes: (await query(sql, parameters)).rowCount ?? 0 }),
    // oxlint-disable no-unsafe-type-assertion, no-unnecessary-type-parameters -- as the interface says
    get: async <Row>(sql: string, parameters?: Parameters) =>
      (await query(sql, parameters)).rows[0] as Row | undefined,
    all: async <Row>(sql: string, parameters?: Parameters) => (await query(sql, parameters)).rows as Row[],
    // oxlint-enable no-unsafe-type-assertion, no-unnecessary-type-parameters
  };
}

/** Instants and counts are far below 2^53, so an `int8` is a number here. */
function getTypeParser(oid: number, format?: 'text' | 'binary'): unknown {
  if (oid === INT8) return Number;
  return types.getTypeParser(oid, format ?? 'text');
}
