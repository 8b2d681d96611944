import { DeliveryError } from './delivery-error.ts';

/** Keeps the SDK key between requests. */
export interface Keyring {
  /** The key. Rejects with `api_key` when the function threw or gave no text. */
  key(): Promise<string>;
  /** The server refused the key: the next {@link Keyring.key} asks for a new one. */
  forget(): void;
}

/** Asks `apiKey` once, and requests that come meanwhile wait for the same answer. A failure is not remembered. */
export function createKeyring(apiKey: () => string | Promise<string>): Keyring {
  let known: Promise<string> | null = null;

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
      if (known !== null) return known;
      const asked = ask();
      known = asked;
      asked.catch(() => {
        if (known === asked) known = null;
      });
      return asked;
    },
    forget() {
      known = null;
    },
  };
}
