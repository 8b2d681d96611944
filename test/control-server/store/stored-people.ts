import type { StoredKey } from '../../../control-server/store/key-store.ts';
import type { StoredSession, StoredUser } from '../../../control-server/store/people-store.ts';
import type { StoredToken } from '../../../control-server/store/token-store.ts';
import { later, NOW } from './opened-store.ts';

/** A key of `shop` that never ends by itself. */
export const KEY: StoredKey = {
  id: 'k1',
  name: 'production',
  environment: 'default',
  serviceName: 'shop',
  scopes: ['ingest', 'control:read'],
  createdAt: NOW,
  expiresAt: null,
  lastUsedAt: null,
  revokedAt: null,
  replacedBy: null,
  secretHash: 'ab'.repeat(32),
};

/** An administrator with a password. */
export const ANN: StoredUser = {
  id: 'u1',
  name: 'ann',
  passwordHash: 'scrypt$1$2$3$salt$hash',
  identity: null,
  role: 'admin',
  createdAt: NOW,
  lastSignInAt: null,
  disabledAt: null,
};

/** A viewer with a password. */
export const BOB: StoredUser = { ...ANN, id: 'u2', name: 'bob', role: 'viewer' };

/** An operator who signs in at an identity provider. */
export const MARA: StoredUser = {
  ...ANN,
  id: 'u3',
  name: 'mara',
  role: 'operator',
  passwordHash: null,
  identity: { issuer: 'https://id.example.com', subject: 'mara-1' },
};

/** Ann's browser: a minute, or half of it without a use. */
export const SESSION: StoredSession = {
  idHash: 'cd'.repeat(32),
  userId: 'u1',
  userName: 'ann',
  role: 'admin',
  createdAt: NOW,
  lastUsedAt: NOW,
  expiresAt: later(60_000),
  idleExpiresAt: later(30_000),
  address: '127.0.0.1',
  userAgent: 'Firefox',
};

/** Ann's token for a minute, with which one may look only. */
export const TOKEN: StoredToken = {
  id: 't1',
  userId: 'u1',
  userName: 'ann',
  name: 'ci',
  role: 'viewer',
  createdAt: NOW,
  expiresAt: later(60_000),
  lastUsedAt: null,
  revokedAt: null,
  replacedBy: null,
  secretHash: 'ef'.repeat(32),
};
