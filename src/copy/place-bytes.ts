import { sizeOfBytes, textOfArrayBuffer, textOfBuffer } from './byte-text.ts';
import { min } from './intrinsics.ts';
import { leafOf } from './leaf.ts';
import type { Lineage } from './lineage.ts';
import type { BytesKind } from './object-leaf.ts';
import type { Pending } from './pending.ts';
import { placeLeaf, placeLeftOut } from './place-value.ts';
import type { Walk } from './walk.ts';

/** Bytes whose reading costs as much as placing one value. */
const BYTES_PER_VALUE = 64;

/** Puts bytes as text, or `[...]` with how many there were: none are read for which there is no room any more. */
export function placeBytes(
  walk: Walk,
  owner: Pending,
  key: string | number,
  value: object,
  kind: BytesKind,
  lineage: Lineage,
): void {
  const className = classNameOfBytes(kind, lineage);
  const size = sizeIfAny(value);
  if (size === undefined) return placeLeftOut(walk, owner, key, kind, className, undefined, undefined);
  if (!walk.hasRoom(min(size, walk.chargedLength))) {
    return placeLeftOut(walk, owner, key, kind, className, 'payload', size);
  }
  const { maxStringLength } = walk.limits;
  walk.spend(min(size, maxStringLength) / BYTES_PER_VALUE);
  const { text, isCut } =
    kind === 'buffer' ? textOfBuffer(value, maxStringLength) : textOfArrayBuffer(value, maxStringLength);
  const reason = isCut ? 'stringLength' : undefined;
  placeLeaf(walk, owner, key, leafOf(text, kind, className, reason, size));
}

/** Undefined for a DataView whose buffer was taken away or shrank below it. */
function sizeIfAny(value: object): number | undefined {
  try {
    return sizeOfBytes(value);
  } catch {
    return undefined;
  }
}

function classNameOfBytes(kind: BytesKind, lineage: Lineage): string | undefined {
  if (kind === 'buffer') return 'Buffer';
  return kind === 'data_view' ? 'DataView' : lineage.className;
}
