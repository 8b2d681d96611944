import type { NewSdkKey, SdkKey, SdkKeyScope } from '../../src/protocol/api.ts';
import { MAX_ENVIRONMENT_LENGTH, MAX_SERVICE_NAME_LENGTH } from '../../src/protocol/limits.ts';
import { ProblemError } from '../http/problem.ts';
import { createSdkKeySecret } from '../http/sdk-key.ts';
import type { KeyStore } from '../store/key-store.ts';

/** What a new key is to be good for. */
export interface WantedKey {
  readonly name: string;
  /** Default `default`. */
  readonly environment?: string;
  /** Default: any service of the environment. */
  readonly serviceName?: string | null;
  /** Default: all. */
  readonly scopes?: readonly SdkKeyScope[];
  /** RFC 3339; null or left out: until it is revoked. */
  readonly expiresAt?: string | null;
}

/** Longest name of a key. */
export const MAX_KEY_NAME_LENGTH = 100;

/**
 * Makes and stores a key; the answer is the only place where its secret ever is.
 * @throws ProblemError 400 for a name that is empty, too long or not one line, and for an expiry that has passed
 */
export async function issueSdkKey(
  store: Pick<KeyStore, 'createKey'>,
  wanted: WantedKey,
  nowMs: number,
): Promise<NewSdkKey> {
  const { key, secretHash, text } = prepareKey(wanted, nowMs);
  await store.createKey({ ...key, secretHash });
  return { key, secret: text };
}

/**
 * A key of the same kind that takes the place of another.
 * @returns null when the other has ended, or has a successor
 */
export async function rotateSdkKey(
  store: Pick<KeyStore, 'replaceKey'>,
  former: SdkKey,
  graceMs: number,
  nowMs: number,
): Promise<NewSdkKey | null> {
  const { name, environment, serviceName, scopes, expiresAt } = former;
  const { key, secretHash, text } = prepareKey({ name, environment, serviceName, scopes, expiresAt }, nowMs);
  const graceEndsAt = new Date(nowMs + graceMs).toISOString();
  const nowIso = new Date(nowMs).toISOString();
  const isReplaced = await store.replaceKey(former.id, { ...key, secretHash }, graceEndsAt, nowIso);
  return isReplaced ? { key, secret: text } : null;
}

function prepareKey(
  wanted: WantedKey,
  nowMs: number,
): { readonly key: SdkKey; readonly secretHash: string; readonly text: string } {
  const { name, environment = 'default', serviceName = null, expiresAt = null } = wanted;
  requireName('name', name, MAX_KEY_NAME_LENGTH);
  requireName('environment', environment, MAX_ENVIRONMENT_LENGTH);
  if (serviceName !== null) requireName('serviceName', serviceName, MAX_SERVICE_NAME_LENGTH);
  const { id, text, secretHash } = createSdkKeySecret();
  const key: SdkKey = {
    id,
    name,
    environment,
    serviceName,
    scopes: [...new Set<SdkKeyScope>(wanted.scopes ?? ['ingest', 'control:read'])],
    createdAt: new Date(nowMs).toISOString(),
    expiresAt: expiresAt === null ? null : requireFuture(expiresAt, nowMs),
    lastUsedAt: null,
    revokedAt: null,
    replacedBy: null,
  };
  return { key, secretHash, text };
}

/** Also for who embeds the server: no schema stands before that call. */
function requireName(field: string, name: string, maxLength: number): void {
  // oxlint-disable-next-line no-control-regex -- what a terminal would obey
  const isClean = typeof name === 'string' && name.isWellFormed() && !/[\u0000-\u001f\u007f]/.test(name);
  if (isClean && name.trim() !== '' && name.length <= maxLength) return;
  throw new ProblemError(
    400,
    'bad_request',
    `"${field}" must have 1 to ${maxLength} characters, and no control characters.`,
    { place: { field } },
  );
}

function requireFuture(expiresAt: string, nowMs: number): string {
  const time = Date.parse(expiresAt);
  if (time > nowMs) return new Date(time).toISOString();
  throw new ProblemError(400, 'bad_request', '"expiresAt" must be an RFC 3339 instant in the future.', {
    place: { field: 'expiresAt' },
  });
}
