import type { JsonObject, JsonValue } from '../protocol/json.ts';
import { indexOfText, sliceString } from './intrinsics.ts';
import type { ContainerKind } from './object-leaf.ts';

/** Where the children of a container go: an object of ours by key, an array of ours by index. */
export type Target = JsonObject | JsonValue[];

/** A container whose place in the copy is known and whose contents are still to be copied. */
export class Pending {
  readonly parent: Pending | null;
  /** Key or index in the parent's target. */
  readonly key: string | number;
  readonly depth: number;
  /** The program's own object; null for the pair of a Map entry, which exists only in the copy, and after the walk. */
  source: object | null;
  readonly kind: ContainerKind;
  readonly className: string | undefined;
  readonly target: Target;
  /** Characters of the path, about. */
  readonly pathLength: number;
  /** The container that is entered after this one. */
  next: Pending | null = null;
  /** True until the first child was put into it. */
  isEmpty = true;
  #path: string | null = null;

  constructor(
    parent: Pending | null,
    key: string | number,
    depth: number,
    source: object | null,
    kind: ContainerKind,
    className: string | undefined,
    target: Target,
  ) {
    this.parent = parent;
    this.key = key;
    this.depth = depth;
    this.source = source;
    this.kind = kind;
    this.className = className;
    this.target = target;
    this.pathLength = parent === null ? 0 : parent.pathLength + segmentLength(key);
  }

  /** JSON Pointer to this container; written when a mark first needs it. */
  get path(): string {
    this.#path ??= pointerTo(this.parent, this.key);
    return this.#path;
  }

  /** True when `source` is this container or one of those around it: entering it again would never end. */
  isInside(source: object): boolean {
    if (this.source === source) return true;
    for (let outer = this.parent; outer !== null; outer = outer.parent) {
      if (outer.source === source) return true;
    }
    return false;
  }

  /** Puts a value into this container's copy. */
  set(key: string | number, value: JsonValue): void {
    this.isEmpty = false;
    // Two stores and not one, so that V8 keeps the way for indexes apart from that for keys.
    // oxlint-disable typescript/no-unsafe-type-assertion -- arrays get indexes, objects get keys
    if (typeof key === 'number') (this.target as JsonValue[])[key] = value;
    else (this.target as JsonObject)[key] = value;
    // oxlint-enable typescript/no-unsafe-type-assertion
  }
}

/** Characters of a key in a JSON Pointer with its slash; of an index and of what has to be escaped, about. */
export function segmentLength(key: string | number): number {
  return typeof key === 'string' ? key.length + 1 : 4;
}

/** JSON Pointer (RFC 6901) to a key of a container; the empty text when there is no container around it. */
function pointerTo(owner: Pending | null, key: string | number): string {
  if (owner === null || owner.depth < 0) return '';
  return `${owner.path}/${typeof key === 'number' ? key : escapeSegment(key)}`;
}

/** A key as a segment of a JSON Pointer. The protocol's own function looks methods up on String.prototype. */
export function escapeSegment(segment: string): string {
  if (indexOfText(segment, '~') === -1 && indexOfText(segment, '/') === -1) return segment;
  let text = '';
  for (let index = 0; index < segment.length; index++) {
    const unit = sliceString(segment, index, index + 1);
    text += unit === '~' ? '~0' : unit === '/' ? '~1' : unit;
  }
  return text;
}
