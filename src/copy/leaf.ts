import type { JsonValue } from '../protocol/json.ts';
import type { CutReason, ValueKind } from '../protocol/value-mark.ts';

/** A value that is shown in one piece, and what its mark says of it. */
export interface Leaf {
  readonly value: JsonValue;
  readonly kind: ValueKind;
  readonly className: string | undefined;
  readonly reason: CutReason | undefined;
  readonly size: number | undefined;
}

/**
 * A leaf with all fields its own: one that it lacked would be looked up on Object.prototype, where a program may have
 * put a getter, or a value that is not ours.
 */
export function leafOf(
  value: JsonValue,
  kind: ValueKind,
  className?: string,
  reason?: CutReason,
  size?: number,
): Leaf {
  return { value, kind, className, reason, size };
}

/** What stands where a container or a text was left out. */
export const LEFT_OUT = '[...]';
