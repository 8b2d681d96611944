import { readInstant, readOptionalInstant } from '../instant.ts';
import type { OidcIdentity, StoredUser, StoredUserPatch } from '../people-store.ts';
import { StoreError } from '../store-error.ts';
import { isActiveAdmin, toUser } from '../rows/account-row.ts';
import type { AccountRow } from '../rows/account-row.ts';
import type { Session } from './database.ts';

/** Zero until somebody has set the server up. */
export async function countUsers(session: Session): Promise<number> {
  const row = await session.get<{ users: number }>('SELECT count(*) AS users FROM account');
  return row?.users ?? 0;
}

/** By name. */
export async function listUsers(session: Session): Promise<StoredUser[]> {
  const rows = await session.all<AccountRow>('SELECT * FROM account ORDER BY name');
  return rows.map(toUser);
}

/** Nothing, and false, when there is an account already. */
export async function createFirstUser(session: Session, user: StoredUser): Promise<boolean> {
  if ((await countUsers(session)) > 0) return false;
  await createUser(session, user);
  return true;
}

/** Throws `user_exists` for a name or an identity that is taken. */
export async function createUser(session: Session, user: StoredUser): Promise<void> {
  const { changes } = await session.run(
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
export async function readUser(session: Session, name: string): Promise<StoredUser | null> {
  return toUserOrNull(await session.get<AccountRow>('SELECT * FROM account WHERE name = :name', { name }));
}

/** Null when there is none. */
export async function readUserById(session: Session, id: string): Promise<StoredUser | null> {
  return toUserOrNull(await session.get<AccountRow>('SELECT * FROM account WHERE id = :id', { id }));
}

/** By the pair that names a person for ever. */
export async function readUserByIdentity(
  session: Session,
  identity: OidcIdentity,
): Promise<StoredUser | null> {
  const { issuer, subject } = identity;
  return toUserOrNull(
    await session.get<AccountRow>(
      'SELECT * FROM account WHERE oidc_issuer = :issuer AND oidc_subject = :subject',
      { issuer, subject },
    ),
  );
}

/** Throws `last_admin`. Who is disabled is signed out everywhere. */
export async function updateUser(
  session: Session,
  id: string,
  patch: StoredUserPatch,
): Promise<StoredUser | null> {
  const known = await readUserById(session, id);
  if (known === null) return null;
  const user: StoredUser = {
    ...known,
    role: patch.role ?? known.role,
    passwordHash: patch.passwordHash ?? known.passwordHash,
    disabledAt: patch.disabledAt === undefined ? known.disabledAt : patch.disabledAt,
  };
  await session.run(
    'UPDATE account SET role = :role, password_hash = :passwordHash, disabled_at = :disabledAt WHERE id = :id',
    {
      id,
      role: user.role,
      passwordHash: user.passwordHash,
      disabledAt: readOptionalInstant(user.disabledAt, 'disabledAt'),
    },
  );
  if (user.disabledAt !== null) {
    await session.run('DELETE FROM session WHERE user_id = :id', { id });
    await session.run('DELETE FROM invitation WHERE user_id = :id', { id });
  }
  if (isActiveAdmin(known) && !isActiveAdmin(user)) await requireAdmin(session);
  return user;
}

/** Throws `last_admin`. Sessions, tokens and invitations go with the account. */
export async function deleteUser(session: Session, id: string): Promise<boolean> {
  const known = await readUserById(session, id);
  if (known === null) return false;
  await session.run('DELETE FROM account WHERE id = :id', { id });
  if (isActiveAdmin(known)) await requireAdmin(session);
  return true;
}

/** Notes when the person came last. */
export async function noteSignIn(session: Session, id: string, nowIso: string): Promise<void> {
  await session.run('UPDATE account SET last_sign_in_at = :nowMs WHERE id = :id', {
    id,
    nowMs: readInstant(nowIso, 'now'),
  });
}

/** The write is taken back when this throws. Who was only invited can't help the others yet. */
async function requireAdmin(session: Session): Promise<void> {
  const found = await session.get(
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
