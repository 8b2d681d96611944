import { randomUUID } from 'node:crypto';
import { ControlServerError } from './control-server-error.ts';
import { isLoopbackHost } from './http/loopback.ts';
import type { Passwords } from './http/password.ts';
import type { ResolvedOptions } from './options.ts';
import type { Store } from './store/store.ts';
import { systemStamp } from './store/system-stamp.ts';

/**
 * Makes the first administrator when one is given. Rejects with `no_credentials` when there is no account and the server
 * would be open to a network: whoever came first could take it over.
 *
 * @returns whether there is an account
 */
export async function ensureAccount(
  store: Store,
  passwords: Passwords,
  options: ResolvedOptions,
): Promise<boolean> {
  if ((await store.countUsers()) > 0) return true;
  if (options.firstAdmin !== null) {
    const passwordHash = await passwords.hash(options.firstAdmin.password);
    // Another node that starts at the same time may be first.
    await store.recording(systemStamp('user.create', Date.now())).createFirstUser({
      id: randomUUID(),
      name: options.firstAdmin.name,
      passwordHash,
      identity: null,
      role: 'admin',
      createdAt: new Date().toISOString(),
      lastSignInAt: null,
      disabledAt: null,
    });
    return true;
  }
  if (isLoopbackHost(options.host)) return false;
  throw new ControlServerError(
    'no_credentials',
    `There is no account yet, so the server does not open ${options.host} to a network. Start it once on 127.0.0.1 and open the set-up link, or give firstAdmin (STILLFRAME_ADMIN_NAME and STILLFRAME_ADMIN_PASSWORD).`,
  );
}
