import { DeliveryError } from './delivery-error.ts';

/** Keeps the SDK key between requests. */
export interface Keyring {
  /** The key. Rejects with `api_key` when the function threw or gave no text. */
  key(): Promise<string>;
  /** The server refused the key: the next {@link Keyring.key} asks for a new one. */
  forget(): void;
}

/**
 * A function that takes its time is waited for by one request after the other; one that is stuck, in a call to a vault
 * whose answer was lost, is asked again.
 */
const STUCK_AFTER_MS = 60_000;

interface Asked {
  readonly key: Promise<string>;
  /** When it is stuck; never once it has answered. */
  stuckAtMs: number;
}

/**
 * Asks `apiKey` once, and requests that come meanwhile wait for the same answer. A failure is not remembered.
 * @param now milliseconds that never jump
 */
export function createKeyring(apiKey: () => string | Promise<string>, now: () => number): Keyring {
  let known: Asked | null = null;

  async function ask(): Promise<string> {
    let key: unknown;
    try {
      key = await apiKey();
    } catch (error) {
      throw new DeliveryError('api_key', 'The apiKey function failed', { cause: error });
    }
    if (typeof key !== 'string' || !/^[\x21-\x7e]+$/.test(key.trim())) {
      throw new DeliveryError('api_key', 'The apiKey function gave no key of printable characters');
    }
    return key.trim();
  }

  return {
    key() {
      if (known !== null && now() < known.stuckAtMs) return known.key;
      const asked: Asked = { key: ask(), stuckAtMs: now() + STUCK_AFTER_MS };
      known = asked;
      asked.key.then(
        () => (asked.stuckAtMs = Infinity),
        () => {
          if (known === asked) known = null;
        },
      );
      return asked.key;
    },
    forget() {
      known = null;
    },
  };
}
