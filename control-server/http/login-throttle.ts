import { isIPv6 } from 'node:net';

/** Slows down who guesses passwords: by account and address together, by address, and by account wherever it comes from. */
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

interface Limit {
  /** Attempts without any wait: people mistype. */
  readonly free: number;
  readonly maxWaitMs: number;
}

const FIRST_WAIT_MS = 1_000;
const MAX_WAIT_MS = 15 * 60_000;
const PAIR: Limit = { free: 5, maxWaitMs: MAX_WAIT_MS };
/** An address may try several accounts, a colleague behind the same gateway too. */
const ADDRESS: Limit = { free: 50, maxWaitMs: MAX_WAIT_MS };
/** Guesses from everywhere at one account. A short wait at most: a long one would be a way to lock somebody out. */
const ACCOUNT: Limit = { free: 100, maxWaitMs: 30_000 };
/** An entry without an attempt for this long starts afresh. */
const FORGET_AFTER_MS = 60 * 60_000;
/** Where somebody has signed in, the guesses of others don't make that account wait. */
const KNOWN_PLACE_MS = 30 * 24 * 60 * 60_000;
const MAX_ENTRIES = 20_000;

/** After its free attempts each further one waits twice as long as the one before, from a second to its limit. */
export function createLoginThrottle(now: () => number): LoginThrottle {
  const entries = new Map<string, Attempts>();
  const knownPlaces = new Map<string, number>();

  function waitOf(key: string): number {
    const known = entries.get(key);
    return known === undefined ? 0 : Math.max(0, known.blockedUntil - now());
  }

  function count(key: string, { free, maxWaitMs }: Limit): void {
    const known = entries.get(key);
    const attempts = (known === undefined || known.forgetAt <= now() ? 0 : known.count) + 1;
    const wait = attempts < free ? 0 : Math.min(maxWaitMs, FIRST_WAIT_MS * 2 ** (attempts - free));
    setAnew(entries, key, { count: attempts, blockedUntil: now() + wait, forgetAt: now() + FORGET_AFTER_MS });
  }

  return {
    begin(name, address) {
      const { pair, place, account } = keysOf(name, address);
      const isKnownPlace = (knownPlaces.get(pair) ?? 0) > now();
      const wait = Math.max(waitOf(pair), waitOf(place), isKnownPlace ? 0 : waitOf(account));
      if (wait > 0) return wait;
      count(pair, PAIR);
      count(place, ADDRESS);
      if (!isKnownPlace) count(account, ACCOUNT);
      return 0;
    },
    succeed(name, address) {
      const { pair, place, account } = keysOf(name, address);
      entries.delete(pair);
      setAnew(knownPlaces, pair, now() + KNOWN_PLACE_MS);
      for (const key of [place, account]) {
        const shared = entries.get(key);
        if (shared !== undefined) entries.set(key, { ...shared, count: Math.max(0, shared.count - 1) });
      }
    },
  };
}

/** So that the map's order is the order of use, and its first entry the one to drop. */
function setAnew<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next().value;
  if (map.size > MAX_ENTRIES && oldest !== undefined) map.delete(oldest);
}

function keysOf(name: string, address: string): { pair: string; place: string; account: string } {
  const from = networkOf(address);
  return { pair: `pair ${from} ${name}`, place: `address ${from}`, account: `account ${name}` };
}

/** Who has one address of IPv6 has all of its /64, and may take another for each guess. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const plain = address.replace(/%.*$/, '');
  if (!isIPv6(plain)) return address;
  const [head = '', tail] = plain.toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const behind = tail === undefined || tail === '' ? [] : tail.split(':');
  // A dotted quad at the end stands for two groups.
  const width = groups.length + behind.length + (plain.includes('.') ? 1 : 0);
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - width }, () => '0');
  const network = [...groups, ...zeros, ...behind].slice(0, 4).map((group) => group.replace(/^0+(?=.)/, ''));
  return `${network.join(':')}::/64`;
}
