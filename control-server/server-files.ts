import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { ControlServerError } from './control-server-error.ts';

/** Certificate and key as PEM texts. Rejects with `tls_unusable` when they cannot be read or do not fit. */
export async function readTls(files: {
  readonly certFile: string;
  readonly keyFile: string;
}): Promise<{ cert: string; key: string }> {
  try {
    const [cert, key] = await Promise.all([
      readFile(files.certFile, 'utf8'),
      readFile(files.keyFile, 'utf8'),
    ]);
    createSecureContext({ cert, key });
    return { cert, key };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ControlServerError(
      'tls_unusable',
      `The certificate ${files.certFile} and the key ${files.keyFile} cannot be used: ${reason}. Both must be readable PEM files that belong together.`,
      { cause },
    );
  }
}

/** Where the built dashboard is: beside the sources when they run unbuilt, else beside the built server. */
export function findDashboard(): string {
  const besideSources = join(import.meta.dirname, 'dashboard', 'dist');
  return existsSync(besideSources) ? besideSources : join(import.meta.dirname, '..', 'dashboard');
}
