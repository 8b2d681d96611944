import type { JsonValue } from '../../src/protocol/json.ts';
import type { CutReason, ValueKind, ValueMark } from '../../src/protocol/value-mark.ts';
import { childPath, pointerSegment } from './value-path.ts';

/** What stands at one place: a kind that the agent marked, or what plain JSON says by itself. */
export type ShownKind = ValueKind | 'null' | 'boolean' | 'number';

/** What was not captured at one place, and how much there was. */
export interface MissingPart {
  readonly reason: CutReason;
  /** Characters, elements, properties or bytes that there were; null when the agent does not say. */
  readonly size: number | null;
}

/** One place of a snapshot's variables, ready to be shown. */
export interface ValueNode {
  /** JSON Pointer into the variables: the node's identity. */
  readonly pointer: string;
  /** The path as one would write it in code, or the empty string at the root. */
  readonly path: string;
  readonly name: string;
  readonly nameKind: 'property' | 'index' | 'entry' | 'symbol';
  readonly kind: ShownKind;
  readonly className: string | null;
  /** The value when it is one word or text; null for what has children. */
  readonly text: string | null;
  readonly children: readonly ValueNode[];
  readonly missing: MissingPart | null;
  /** How much there is, where the agent says so: bytes of a buffer, elements, properties. */
  readonly size: number | null;
  /** The plain JSON, to copy. */
  readonly value: JsonValue;
}

/** The variables of a snapshot as a tree, with each mark applied where it points. */
export function buildValueTree(variables: JsonValue, marks: readonly ValueMark[]): ValueNode {
  const marksByPointer = Map.groupBy(marks, (mark) => mark.path);
  return buildNode(variables, { pointer: '', path: '', name: '', nameKind: 'property' }, marksByPointer);
}

type Marks = ReadonlyMap<string, readonly ValueMark[]>;
type Place = Pick<ValueNode, 'pointer' | 'path' | 'name' | 'nameKind'>;

function buildNode(value: JsonValue, place: Place, marks: Marks): ValueNode {
  const here = marks.get(place.pointer) ?? [];
  const mark = here.find((candidate) => !marksKey(candidate));
  const kind = mark?.kind ?? plainKind(value);
  const isSymbolKey = here.some((candidate) => candidate.kind === 'symbol_key');
  const isKeyCut = here.some((candidate) => marksKey(candidate) && candidate.reason === 'stringLength');
  return {
    ...place,
    name: isKeyCut ? `${place.name}…` : place.name,
    nameKind: isSymbolKey ? 'symbol' : place.nameKind,
    kind,
    className: mark?.className ?? null,
    text: typeof value === 'object' && value !== null ? null : String(value),
    children: typeof value === 'object' && value !== null ? buildChildren(value, kind, place, marks) : [],
    missing: mark?.reason === undefined ? null : { reason: mark.reason, size: mark.size ?? null },
    size: mark?.size ?? null,
    value,
  };
}

/** A symbol as key, and a key that was cut, are marked at the same place as the value that stands under it. */
function marksKey(mark: ValueMark): boolean {
  return mark.kind === 'symbol_key' || (mark.kind === 'other' && mark.reason === 'stringLength');
}

function buildChildren(
  value: JsonValue[] | { [key: string]: JsonValue },
  kind: ShownKind,
  parent: Place,
  marks: Marks,
): ValueNode[] {
  if (!Array.isArray(value)) {
    return Object.keys(value).map((key) =>
      buildNode(
        value[key] ?? null,
        {
          pointer: `${parent.pointer}/${pointerSegment(key)}`,
          path: childPath(parent.path, key),
          name: key,
          nameKind: 'property',
        },
        marks,
      ),
    );
  }
  return value.map((element, index) => {
    const pointer = `${parent.pointer}/${index}`;
    if (kind === 'map' && Array.isArray(element) && element.length === 2) {
      return buildEntry(element, pointer, parent, marks);
    }
    const path = kind === 'set' ? `[...${parent.path}][${index}]` : `${parent.path}[${index}]`;
    return buildNode(element, { pointer, path, name: String(index), nameKind: 'index' }, marks);
  });
}

/** A Map travels as pairs; it is shown as `key → value`. A key that is itself a structure is shown as short JSON. */
function buildEntry(pair: readonly JsonValue[], pointer: string, map: Place, marks: Marks): ValueNode {
  const [key = null, value = null] = pair;
  const keyText = typeof key === 'string' ? JSON.stringify(key) : shorten(JSON.stringify(key));
  return buildNode(
    value,
    { pointer: `${pointer}/1`, path: `${map.path}.get(${keyText})`, name: keyText, nameKind: 'entry' },
    marks,
  );
}

function shorten(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

function plainKind(value: JsonValue): ShownKind {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  switch (typeof value) {
    case 'boolean':
      return 'boolean';
    case 'number':
      return 'number';
    case 'string':
      return 'string';
    default:
      return 'object';
  }
}
