import { readInstant, readOptionalInstant } from '../instant.ts';
import type { OidcIdentity, StoredUser, StoredUserPatch } from '../people-store.ts';
import { StoreError } from '../store-error.ts';
import { isActiveAdmin, toUser } from '../rows/account-row.ts';
import type { AccountRow } from '../rows/account-row.ts';
import type { Database } from './database.ts';

/** Zero until somebody has set the server up. */
export function countUsers(database: Database): number {
  return database.get<{ users: number }>('SELECT count(*) AS users FROM account')?.users ?? 0;
}

/** By name. */
export function listUsers(database: Database): StoredUser[] {
  return database.all<AccountRow>('SELECT * FROM account ORDER BY name').map(toUser);
}

/** Nothing, and false, when there is an account already. */
export function createFirstUser(database: Database, user: StoredUser): boolean {
  if (countUsers(database) > 0) return false;
  createUser(database, user);
  return true;
}

/** Throws `user_exists` for a name or an identity that is taken. */
export function createUser(database: Database, user: StoredUser): void {
  const { changes } = database.run(
    `INSERT INTO account (id, name, password_hash, oidc_issuer, oidc_subject, role, created_at, last_sign_in_at, disabled_at)
     VALUES (:id, :name, :passwordHash, :issuer, :subject, :role, :createdAt, :lastSignInAt, :disabledAt)
     ON CONFLICT DO NOTHING`,
    {
      id: user.id,
      name: user.name,
      passwordHash: user.passwordHash,
      issuer: user.identity?.issuer ?? null,
      subject: user.identity?.subject ?? null,
      role: user.role,
      createdAt: readInstant(user.createdAt, 'createdAt'),
      lastSignInAt: readOptionalInstant(user.lastSignInAt, 'lastSignInAt'),
      disabledAt: readOptionalInstant(user.disabledAt, 'disabledAt'),
    },
  );
  if (changes === 0) throw new StoreError('user_exists', `There is a user "${user.name}" already.`);
}

/** By the exact name. */
export function readUser(database: Database, name: string): StoredUser | null {
  return toUserOrNull(database.get<AccountRow>('SELECT * FROM account WHERE name = :name', { name }));
}

/** Null when there is none. */
export function readUserById(database: Database, id: string): StoredUser | null {
  return toUserOrNull(database.get<AccountRow>('SELECT * FROM account WHERE id = :id', { id }));
}

/** By the pair that names a person for ever. */
export function readUserByIdentity(database: Database, identity: OidcIdentity): StoredUser | null {
  const { issuer, subject } = identity;
  return toUserOrNull(
    database.get<AccountRow>(
      'SELECT * FROM account WHERE oidc_issuer = :issuer AND oidc_subject = :subject',
      { issuer, subject },
    ),
  );
}

/** Throws `last_admin`. Who is disabled is signed out everywhere. */
export function updateUser(database: Database, id: string, patch: StoredUserPatch): StoredUser | null {
  const known = readUserById(database, id);
  if (known === null) return null;
  const user: StoredUser = {
    ...known,
    role: patch.role ?? known.role,
    passwordHash: patch.passwordHash ?? known.passwordHash,
    disabledAt: patch.disabledAt === undefined ? known.disabledAt : patch.disabledAt,
  };
  database.run(
    'UPDATE account SET role = :role, password_hash = :passwordHash, disabled_at = :disabledAt WHERE id = :id',
    {
      id,
      role: user.role,
      passwordHash: user.passwordHash,
      disabledAt: readOptionalInstant(user.disabledAt, 'disabledAt'),
    },
  );
  if (user.disabledAt !== null) {
    database.run('DELETE FROM session WHERE user_id = :id', { id });
    database.run('DELETE FROM invitation WHERE user_id = :id', { id });
  }
  if (isActiveAdmin(known) && !isActiveAdmin(user)) requireAdmin(database);
  return user;
}

/** Throws `last_admin`. Sessions, tokens and invitations go with the account. */
export function deleteUser(database: Database, id: string): boolean {
  const known = readUserById(database, id);
  if (known === null) return false;
  database.run('DELETE FROM account WHERE id = :id', { id });
  if (isActiveAdmin(known)) requireAdmin(database);
  return true;
}

/** Notes when the person came last. */
export function noteSignIn(database: Database, id: string, nowIso: string): void {
  database.run('UPDATE account SET last_sign_in_at = :nowMs WHERE id = :id', {
    id,
    nowMs: readInstant(nowIso, 'now'),
  });
}

/** The write is taken back when this throws. Who was only invited can't help the others yet. */
function requireAdmin(database: Database): void {
  const found = database.get(
    `SELECT 1 FROM account WHERE role = 'admin' AND disabled_at IS NULL
       AND (password_hash IS NOT NULL OR oidc_issuer IS NOT NULL) LIMIT 1`,
  );
  if (found !== undefined) return;
  throw new StoreError(
    'last_admin',
    'This is the last administrator who can sign in. Make somebody else an administrator first.',
  );
}

function toUserOrNull(row: AccountRow | undefined): StoredUser | null {
  return row === undefined ? null : toUser(row);
}
