/** What a signed-in person may do: each role may do all that the ones before it may. */
export type Role = 'viewer' | 'operator' | 'admin';

const RANK: Readonly<Record<Role, number>> = { viewer: 0, operator: 1, admin: 2 };

/** True when `role` may do all that `least` may. */
export function isAtLeast(role: Role, least: Role): boolean {
  return RANK[role] >= RANK[least];
}

/** The one of two that may do less. */
export function lesserRole(left: Role, right: Role): Role {
  return RANK[left] <= RANK[right] ? left : right;
}
