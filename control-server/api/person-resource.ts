import type { UserResource } from '../../src/protocol/api-people.ts';
import type { StoredUser } from '../store/people-store.ts';

/** An account as the API shows it. */
export function toUserResource(user: StoredUser): UserResource {
  const { id, name, role, createdAt, lastSignInAt, disabledAt } = user;
  const signIn = user.identity !== null ? 'oidc' : user.passwordHash !== null ? 'password' : 'invited';
  return { id, name, role, signIn, createdAt, lastSignInAt, disabledAt };
}
