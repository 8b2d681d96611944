import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { ProblemError } from './problem.ts';

/** Hashes and checks passwords, a few at a time. */
export interface Passwords {
  /** `scrypt$N$r$p$salt$hash`, salt and hash as base64url. */
  hash(password: string): Promise<string>;
  /**
   * True when the password is the one of the stored hash. Null for a name that is unknown: takes as long and is false,
   * so that a stranger can't find out which names exist.
   */
  verify(password: string, stored: string | null): Promise<boolean>;
}

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB and about 150 ms on one core: the OWASP setting for that memory. */
const COST: Cost = { N: 2 ** 15, r: 8, p: 3 };
const MAX_MEMORY_BYTES = 64 * 1024 * 1024;
const HASH_BYTES = 32;
/** Each check holds 32 MiB and a thread of the pool that file access needs too. */
const MAX_AT_A_TIME = 8;

/** Refuses with 429 `too_many_sign_ins` what would exceed eight checks at a time. */
export function createPasswords(): Passwords {
  let running = 0;

  async function derive(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
    if (running >= MAX_AT_A_TIME) {
      throw new ProblemError(
        429,
        'too_many_sign_ins',
        'Too many people sign in right now. Try again shortly.',
        {
          headers: { 'retry-after': '2' },
        },
      );
    }
    running += 1;
    try {
      return await scryptAsync(password.normalize('NFKC'), salt, cost);
    } finally {
      running -= 1;
    }
  }

  return {
    async hash(password) {
      const salt = randomBytes(16);
      const hash = await derive(password, salt, COST);
      return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join(
        '$',
      );
    },
    async verify(password, stored) {
      const expected = stored === null ? null : parseHash(stored);
      const actual = await derive(password, expected?.salt ?? randomBytes(16), expected?.cost ?? COST);
      return (
        expected !== null && expected.hash.length === actual.length && timingSafeEqual(expected.hash, actual)
      );
    },
  };
}

function parseHash(stored: string): { cost: Cost; salt: Buffer; hash: Buffer } | null {
  const match = /^scrypt\$(\d{1,8})\$(\d{1,2})\$(\d{1,2})\$([\w-]{16,})\$([\w-]{16,})$/.exec(stored);
  if (match === null) return null;
  const [, N, r, p, salt = '', hash = ''] = match;
  return {
    cost: { N: Number(N), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
  };
}

function scryptAsync(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, { ...cost, maxmem: MAX_MEMORY_BYTES }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}
