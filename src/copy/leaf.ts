import type { JsonValue } from '../protocol/json.ts';
import type { CutReason, ValueKind } from '../protocol/value-mark.ts';

/** A value that is shown in one piece, and what its mark says of it. */
export interface Leaf {
  readonly value: JsonValue;
  readonly kind: ValueKind;
  readonly className?: string | undefined;
  readonly reason?: CutReason | undefined;
  readonly size?: number | undefined;
}

/** What stands where a container or a text was left out. */
export const LEFT_OUT = '[...]';
