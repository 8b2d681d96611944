import { createJsonObject } from '../copy/json-object.ts';
import type { CopiedValue } from '../copy/captured-snapshot.ts';
import type { JsonObject, JsonValue } from '../protocol/json.ts';
import type { ValueKind, ValueMark } from '../protocol/value-mark.ts';
import { cutPosition } from './cut-string.ts';
import { markBytes, scalarBytes, textBytes } from './json-size.ts';
import { markTree, pointerOf } from './mark-tree.ts';
import type { MarkNode } from './mark-tree.ts';

const LEFT_OUT = '[...]';
/** Bytes of a mark without its path, at most. */
const MARK_BYTES = 110;
/** A text is cut to no less than this; below it is left out. */
const MIN_TEXT = 24;

/**
 * Measures a value once and returns how to cut it: value and marks in about `budget` bytes of JSON. Every container deals
 * what it has to its members: the small ones stay whole, the largest give way first, so that what is near the root
 * survives and the deepest large branches go.
 */
export function prepareCut(copied: CopiedValue): PreparedCut {
  const sizes = new Map<object, number>();
  const tree = markTree(copied.marks);
  const bytes = measure(copied.value, tree, '', sizes);
  return {
    bytes,
    cutTo(budget) {
      const cut = new Cut(sizes);
      const value = cut.fit(copied.value, tree, budget);
      return { value, marks: cut.marks };
    },
  };
}

/** A value that was measured. */
export interface PreparedCut {
  /** What it takes as JSON with its marks, a few in a hundred more than it really does. */
  readonly bytes: number;
  cutTo(budget: number): CopiedValue;
}

/** Bytes of a value with the marks at and below it; those of containers are remembered. */
function measure(
  value: JsonValue,
  node: MarkNode | undefined,
  pointer: string,
  sizes: Map<object, number>,
): number {
  let bytes = node === undefined ? 0 : nodeBytes(node, pointer);
  if (typeof value !== 'object' || value === null) return bytes + scalarBytes(value) + 1;
  bytes += 3;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) {
      const child = node?.children.get(String(index));
      bytes += measure(value[index]!, child, child === undefined ? '' : `${pointer}/${index}`, sizes);
    }
  } else {
    for (const key of Object.keys(value)) {
      const child = node?.children.get(key);
      bytes +=
        textBytes(key) +
        1 +
        measure(value[key]!, child, child === undefined ? '' : `${pointer}/${key}`, sizes);
    }
  }
  sizes.set(value, bytes);
  return bytes;
}

function nodeBytes(node: MarkNode, pointer: string): number {
  if (node.marks.length === 0) return 0;
  const pathBytes = textBytes(pointer);
  return node.marks.reduce((sum, mark) => sum + markBytes(mark, pathBytes) + 4, 0);
}

class Cut {
  readonly marks: ValueMark[] = [];
  readonly #sizes: ReadonlyMap<object, number>;
  readonly #path: (string | number)[] = [];

  constructor(sizes: ReadonlyMap<object, number>) {
    this.#sizes = sizes;
  }

  fit(value: JsonValue, node: MarkNode | undefined, budget: number): JsonValue {
    if (this.#sizeOf(value, node) <= budget) {
      this.#keep(node);
      return value;
    }
    const room = budget - this.#markCost();
    if (typeof value === 'string') return this.#fitText(value, node, room);
    if (typeof value !== 'object' || value === null || room < 16) return this.#leaveOut(value, node);
    return Array.isArray(value) ? this.#fitArray(value, node, room) : this.#fitObject(value, node, room);
  }

  #sizeOf(value: JsonValue, node: MarkNode | undefined): number {
    if (typeof value === 'object' && value !== null) return this.#sizes.get(value) ?? 0;
    return scalarBytes(value) + 1 + (node === undefined ? 0 : nodeBytes(node, pointerOf(this.#path)));
  }

  #markCost(): number {
    return MARK_BYTES + textBytes(pointerOf(this.#path));
  }

  #fitText(text: string, node: MarkNode | undefined, room: number): string {
    let keep = text.length;
    for (
      let bytes = textBytes(text);
      keep >= MIN_TEXT && bytes > room;
      bytes = textBytes(text.slice(0, keep))
    ) {
      keep = Math.min(keep - 1, Math.floor((keep * room) / bytes));
    }
    if (keep < MIN_TEXT) return this.#leaveOut(text, node);
    this.#mark(node, 'string', text.length);
    return text.slice(0, cutPosition(text, keep));
  }

  #fitArray(array: JsonValue[], node: MarkNode | undefined, room: number): JsonValue {
    const costs = array.map((member, index) =>
      this.#memberSize(index, member, node?.children.get(String(index)), 0),
    );
    const share = shareOf(costs, room - 3);
    const base = this.#minimum();
    const kept: JsonValue[] = [];
    const before = this.marks.length;
    this.#mark(node, 'array', array.length);
    let left = room - 3;
    for (const [index, member] of array.entries()) {
      const minimum = base + 8;
      // Where a fair share is too small for anything, the first ones are kept whole instead of a bit of each.
      const allowed = Math.min(costs[index]!, share < minimum ? left : share);
      if (allowed > left || (allowed < costs[index]! && allowed < minimum)) break;
      left -= allowed;
      this.#path.push(index);
      kept.push(this.fit(member, node?.children.get(String(index)), allowed));
      this.#path.pop();
    }
    // The mark of the container says that members are missing; when all are there, it says only what stood there.
    if (kept.length === array.length) this.#unmark(before, node);
    return kept;
  }

  #fitObject(object: JsonObject, node: MarkNode | undefined, room: number): JsonValue {
    const keys = Object.keys(object);
    const keyCosts = keys.map((key) => textBytes(key) + 1);
    const costs = keys.map((key, index) =>
      this.#memberSize(key, object[key]!, node?.children.get(key), keyCosts[index]!),
    );
    const share = shareOf(costs, room - 3);
    const base = this.#minimum();
    const kept = createJsonObject();
    const before = this.marks.length;
    this.#mark(node, 'object', keys.length);
    let left = room - 3;
    let count = 0;
    for (const [index, key] of keys.entries()) {
      const minimum = base + 2 * keyCosts[index]!;
      const allowed = Math.min(costs[index]!, share < minimum ? left : share);
      if (allowed > left || (allowed < costs[index]! && allowed < minimum)) continue;
      left -= allowed;
      count++;
      this.#path.push(key);
      kept[key] = this.fit(object[key]!, node?.children.get(key), allowed - keyCosts[index]!);
      this.#path.pop();
    }
    if (count === keys.length) this.#unmark(before, node);
    return kept;
  }

  #memberSize(key: string | number, value: JsonValue, node: MarkNode | undefined, keyCost: number): number {
    this.#path.push(key);
    const size = this.#sizeOf(value, node) + keyCost;
    this.#path.pop();
    return size;
  }

  /** What a member costs at least beside its key: a placeholder and its mark. */
  #minimum(): number {
    return this.#markCost() + LEFT_OUT.length + 3;
  }

  #leaveOut(value: JsonValue, node: MarkNode | undefined): string {
    const size =
      typeof value === 'string'
        ? value.length
        : typeof value === 'object' && value !== null
          ? Object.keys(value).length
          : undefined;
    this.#mark(
      node,
      Array.isArray(value)
        ? 'array'
        : typeof value === 'string'
          ? 'string'
          : typeof value === 'object' && value !== null
            ? 'object'
            : 'other',
      size,
    );
    return LEFT_OUT;
  }

  /** One mark for a place that was cut, of the kind that it had. */
  #mark(node: MarkNode | undefined, kind: ValueKind, size: number | undefined): void {
    const own = node?.marks.find(
      (mark) => mark.kind !== 'symbol_key' && !(mark.kind === 'other' && mark.reason === 'stringLength'),
    );
    const originally = own?.size ?? size;
    this.marks.push({
      path: pointerOf(this.#path),
      kind: own?.kind ?? kind,
      ...(own?.className === undefined ? {} : { className: own.className.slice(0, 40) }),
      reason: 'payload',
      ...(originally === undefined ? {} : { size: originally }),
    });
  }

  #unmark(index: number, node: MarkNode | undefined): void {
    const path = pointerOf(this.#path);
    this.marks.splice(index, 1, ...(node?.marks ?? []).map((mark) => ({ ...mark, path })));
  }

  /** Keeps the marks of a place that stays whole, and of all below it. */
  #keep(node: MarkNode | undefined): void {
    if (node === undefined) return;
    const pending: MarkNode[] = [node];
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      this.marks.push(...next.marks);
      pending.push(...next.children.values());
    }
  }
}

/** The largest share at which all members, each cut to it, fit into the room. */
function shareOf(costs: readonly number[], room: number): number {
  const sorted = costs.toSorted((a, b) => a - b);
  let left = room;
  for (const [index, cost] of sorted.entries()) {
    const share = left / (sorted.length - index);
    if (cost > share) return Math.max(0, Math.floor(share));
    left -= cost;
  }
  return Number.POSITIVE_INFINITY;
}
