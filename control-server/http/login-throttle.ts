/** Slows down who guesses passwords, by account and address together, so that nobody can lock another one out. */
export interface LoginThrottle {
  /**
   * Counts an attempt before its password is checked: attempts at the same time count as well.
   *
   * @returns 0 when it may go on, else the milliseconds to wait; a refused attempt is not counted
   */
  begin(name: string, address: string): number;
  /** Forgets the attempts of who has signed in, and one of the address: others may be guessing from there. */
  succeed(name: string, address: string): void;
}

interface Attempts {
  readonly count: number;
  readonly blockedUntil: number;
  readonly forgetAt: number;
}

/** Attempts without any wait: people mistype. */
const FREE_ATTEMPTS = 5;
/** An address may try several accounts, a colleague behind the same gateway too. */
const FREE_ATTEMPTS_PER_ADDRESS = 50;
const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 15 * 60_000;
/** An account and address without an attempt for this long starts afresh. */
const FORGET_AFTER_MS = 60 * 60_000;
const MAX_ENTRIES = 20_000;

/** After five attempts each further one waits twice as long as the one before, from a second to 15 minutes. */
export function createLoginThrottle(now: () => number): LoginThrottle {
  const entries = new Map<string, Attempts>();

  function waitOf(key: string): number {
    const known = entries.get(key);
    return known === undefined ? 0 : Math.max(0, known.blockedUntil - now());
  }

  function count(key: string, free: number): void {
    const known = entries.get(key);
    const attempts = (known === undefined || known.forgetAt <= now() ? 0 : known.count) + 1;
    const wait = attempts < free ? 0 : Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - free));
    // Set anew, so that the map's order is the order of use and its first entry is the one to drop.
    entries.delete(key);
    entries.set(key, { count: attempts, blockedUntil: now() + wait, forgetAt: now() + FORGET_AFTER_MS });
    const oldest = entries.keys().next().value;
    if (entries.size > MAX_ENTRIES && oldest !== undefined) entries.delete(oldest);
  }

  return {
    begin(name, address) {
      const wait = Math.max(waitOf(accountKey(name, address)), waitOf(addressKey(address)));
      if (wait > 0) return wait;
      count(accountKey(name, address), FREE_ATTEMPTS);
      count(addressKey(address), FREE_ATTEMPTS_PER_ADDRESS);
      return 0;
    },
    succeed(name, address) {
      entries.delete(accountKey(name, address));
      const sameAddress = entries.get(addressKey(address));
      if (sameAddress !== undefined) {
        entries.set(addressKey(address), { ...sameAddress, count: Math.max(0, sameAddress.count - 1) });
      }
    },
  };
}

function accountKey(name: string, address: string): string {
  return `account ${address} ${name}`;
}

function addressKey(address: string): string {
  return `address ${address}`;
}
