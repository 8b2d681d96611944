import { ProblemError } from '../http/problem.ts';

/** What one key may send. */
export interface KeyLimits {
  readonly snapshotsPerSecond: number;
  readonly bytesPerDay: number;
  /** Services that it may bring. */
  readonly services: number;
}

/** What one key sent today. */
export interface KeyCounts {
  readonly keyId: string;
  readonly snapshotsToday: number;
  readonly bytesToday: number;
  readonly refusedToday: number;
}

/** Holds each key to what it may send, on this node. */
export interface KeyQuotas {
  /** Before a body is read. Throws a problem with status 429 when the key has to wait. */
  demand(keyId: string): void;
  /** Counts what was read. One request may take more than there was: those after it wait the longer. */
  take(keyId: string, snapshots: number, bytes: number): void;
  /** Counts what another limit refused. */
  refuse(keyId: string): void;
  /** Services that a key may bring. */
  readonly maxServices: number;
  list(): KeyCounts[];
}

interface Account {
  day: number;
  snapshots: number;
  bytes: number;
  refused: number;
  /** What may be sent at once; below zero: what has to be waited for. */
  credit: number;
  creditAtMs: number;
}

const DAY_MS = 24 * 60 * 60_000;
/** Agents send what they gathered, up to a whole queue at once. */
const BURST_SECONDS = 10;
const MIN_BURST = 1_000;

/** Nothing is counted yet. */
export function createKeyQuotas(
  { snapshotsPerSecond, bytesPerDay, services }: KeyLimits,
  now: () => number,
): KeyQuotas {
  const burst = Math.max(MIN_BURST, snapshotsPerSecond * BURST_SECONDS);
  const accounts = new Map<string, Account>();

  function accountOf(keyId: string): Account {
    const nowMs = now();
    const day = Math.floor(nowMs / DAY_MS);
    let account = accounts.get(keyId);
    if (account === undefined) {
      account = { day, snapshots: 0, bytes: 0, refused: 0, credit: burst, creditAtMs: nowMs };
      accounts.set(keyId, account);
    }
    if (account.day !== day) Object.assign(account, { day, snapshots: 0, bytes: 0, refused: 0 });
    // A clock that was set back takes nothing away.
    const elapsedMs = Math.max(0, nowMs - account.creditAtMs);
    account.credit = Math.min(burst, account.credit + (elapsedMs * snapshotsPerSecond) / 1_000);
    account.creditAtMs = nowMs;
    return account;
  }

  return {
    demand(keyId) {
      const account = accountOf(keyId);
      if (account.bytes >= bytesPerDay) {
        account.refused++;
        throw wait(
          'quota_bytes',
          `This key has sent its ${bytesPerDay} bytes of today. It may again after midnight, UTC; an administrator can raise the limit.`,
          (account.day + 1) * DAY_MS - now(),
        );
      }
      if (account.credit <= 0) {
        account.refused++;
        throw wait(
          'quota_snapshots',
          `This key sends more than ${snapshotsPerSecond} snapshots a second. An administrator can raise the limit.`,
          (1_000 * (1 - account.credit)) / snapshotsPerSecond,
        );
      }
    },
    take(keyId, snapshots, bytes) {
      const account = accountOf(keyId);
      account.snapshots += snapshots;
      account.bytes += bytes;
      account.credit -= snapshots;
    },
    refuse(keyId) {
      accountOf(keyId).refused++;
    },
    maxServices: services,
    list: () =>
      [...accounts.keys()].map((keyId) => {
        const { snapshots, bytes, refused } = accountOf(keyId);
        return { keyId, snapshotsToday: snapshots, bytesToday: bytes, refusedToday: refused };
      }),
  };
}

function wait(code: 'quota_bytes' | 'quota_snapshots', detail: string, waitMs: number): ProblemError {
  const retryAfter = String(Math.max(1, Math.ceil(waitMs / 1_000)));
  return new ProblemError(429, code, detail, { headers: { 'retry-after': retryAfter, connection: 'close' } });
}
