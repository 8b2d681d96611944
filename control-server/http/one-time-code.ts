import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** Codes for links that work once. Only their hashes are kept, and only in memory: a restart voids them. */
export interface OneTimeCodes {
  /** A new code of 256 bits, as base64url. */
  issue(): string;
  /** True for a code that {@link OneTimeCodes.redeem} would take, which stays as it is. */
  holds(code: string): boolean;
  /** True once for each code that was issued and has not lapsed. */
  redeem(code: string): boolean;
  /** Voids every code. */
  clear(): void;
}

/** A code whose hash is stored, for a link that outlives a restart. */
export function createOneTimeCode(): { readonly code: string; readonly codeHash: string } {
  const code = randomBytes(32).toString('base64url');
  return { code, codeHash: hashOneTimeCode(code) };
}

/** SHA-256, hex. */
export function hashOneTimeCode(code: string): string {
  return sha256(code).toString('hex');
}

/** More links than this at a time are a mistake; the oldest lapses. */
const MAX_OUTSTANDING = 16;

/**
 * @param lifetimeMs how long a code works
 * @param now milliseconds since 1970
 */
export function createOneTimeCodes(lifetimeMs: number, now: () => number): OneTimeCodes {
  let outstanding: { readonly hash: Buffer; readonly lapsesAt: number }[] = [];

  function find(code: string): (typeof outstanding)[number] | undefined {
    const hash = sha256(code);
    outstanding = outstanding.filter((issued) => issued.lapsesAt > now());
    return outstanding.find((issued) => timingSafeEqual(issued.hash, hash));
  }

  return {
    issue() {
      const code = randomBytes(32).toString('base64url');
      outstanding.push({ hash: sha256(code), lapsesAt: now() + lifetimeMs });
      outstanding = outstanding.slice(-MAX_OUTSTANDING);
      return code;
    },
    holds: (code) => find(code) !== undefined,
    redeem(code) {
      const found = find(code);
      outstanding = outstanding.filter((issued) => issued !== found);
      return found !== undefined;
    },
    clear() {
      outstanding = [];
    },
  };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
