import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { SecureContext } from 'node:tls';

/** Authorities that are trusted beside those that Node trusts. */
export interface TrustedAuthorities {
  /** Made at the first connection: Node's own hundred and a half are parsed for it. */
  readonly context: () => SecureContext;
}

const MAX_FILE_BYTES = 1024 * 1024;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----/gs;

/**
 * @param text PEM text, or the path of a file of it, which is read once and now
 * @throws Error that says what is wrong, without the text
 */
export function readAuthorities(text: string): TrustedAuthorities {
  const pem = text.includes('-----BEGIN') ? text : readSmallFile(text);
  const own = pem.match(CERTIFICATE) ?? [];
  if (own.length === 0) throw new Error('there is no certificate in it');
  const isExpired = own.every((certificate) => new X509Certificate(certificate).validToDate < new Date());
  if (isExpired) throw new Error('its certificates have expired');
  let made: SecureContext | null = null;
  return {
    context() {
      // Loaded here: most agents need no TLS, and it takes 0.3 MB of heap.
      const tls = process.getBuiltinModule('node:tls');
      made ??= tls.createSecureContext({ ca: [...tls.getCACertificates('default'), ...own] });
      return made;
    },
  };
}

/** A pipe would be waited for, and a huge file read. */
function readSmallFile(path: string): string {
  const stats = statSync(path);
  if (!stats.isFile() || stats.size > MAX_FILE_BYTES) throw new Error('it is no file of at most 1 MiB');
  return readFileSync(path, 'utf8');
}
