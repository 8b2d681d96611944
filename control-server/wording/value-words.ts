import type { ShownKind, ValueNode } from './value-node.ts';

/** How a value without children is written, and in which voice: as the program's own data or as a remark of ours. */
export interface LeafWords {
  readonly text: string;
  readonly voice: 'string' | 'number' | 'keyword' | 'plain' | 'remark';
}

const KIND_NAMES: Readonly<Partial<Record<ShownKind, string>>> = {
  object: 'Object',
  array: 'Array',
  date: 'Date',
  regexp: 'RegExp',
  map: 'Map',
  set: 'Set',
  error: 'Error',
  typed_array: 'TypedArray',
  buffer: 'Buffer',
  array_buffer: 'ArrayBuffer',
  data_view: 'DataView',
  url: 'URL',
  module: 'Module',
  arguments: 'Arguments',
  proxy: 'Proxy',
};

/** What stands where a value was left out altogether. */
const LEFT_OUT = '[...]';

/** Name of the type to show beside a value; null where the value shows it by itself. */
export function typeName(node: ValueNode): string | null {
  const size = countShown(node);
  if (node.className !== null && !isTag(node.kind)) return node.className + size;
  if (node.kind === 'array' || node.kind === 'object') {
    if (node.children.length === 0) return isLeftOut(node) ? (KIND_NAMES[node.kind] ?? null) : null;
    return node.kind === 'array' ? `Array${size}` : null;
  }
  const name = KIND_NAMES[node.kind];
  return name === undefined ? null : name + size;
}

/** `(3)` behind the type of what is counted: entries as shown, bytes as they were. */
function countShown(node: ValueNode): string {
  if (Array.isArray(node.value)) return `(${node.children.length})`;
  const isBytes = node.kind === 'buffer' || node.kind === 'array_buffer' || node.kind === 'data_view';
  return isBytes && node.size !== null ? `(${node.size} B)` : '';
}

/** Kinds of which nothing is known but what they are: the agent sends `[Promise]` and the like. */
function isTag(kind: ShownKind): boolean {
  return ['promise', 'weak_map', 'weak_set', 'weak_ref', 'generator', 'iterator'].includes(kind);
}

/** True where a value was there and nothing of it was captured. */
function isLeftOut(node: ValueNode): boolean {
  return node.text === LEFT_OUT && (node.missing !== null || node.kind === 'other');
}

/** The words for a value that has no children. Placeholders that stand for what JSON cannot say are ours, not data. */
export function leafWords(node: ValueNode): LeafWords {
  const text = node.text ?? '';
  if (isLeftOut(node)) return { text: node.missing === null ? 'could not be read' : '', voice: 'remark' };
  switch (node.kind) {
    case 'undefined':
      return { text: 'undefined', voice: 'keyword' };
    case 'nan':
      return { text: 'NaN', voice: 'number' };
    case 'infinity':
      return { text: 'Infinity', voice: 'number' };
    case 'negative_infinity':
      return { text: '-Infinity', voice: 'number' };
    case 'negative_zero':
      return { text: '-0', voice: 'number' };
    case 'null':
    case 'boolean':
      return { text, voice: 'keyword' };
    case 'number':
      return { text, voice: 'number' };
    case 'bigint':
      return { text: /^-?\d+$/.test(text) ? `${text}n` : text, voice: 'number' };
    case 'string':
      return { text, voice: 'string' };
    case 'symbol':
      return { text, voice: 'keyword' };
    case 'function':
      return { text: `ƒ ${nameIn(text)}`, voice: 'plain' };
    case 'class':
      return { text: `class ${nameIn(text)}`, voice: 'plain' };
    case 'accessor':
      return { text: 'getter, never run', voice: 'remark' };
    case 'proxy':
      return { text: 'never read', voice: 'remark' };
    case 'hole':
      return { text: 'empty', voice: 'remark' };
    case 'circular':
      return { text: '↺ circular', voice: 'remark' };
    default:
      if (isTag(node.kind))
        return { text: node.className ?? text.replace(/^\[(.*)\]$/, '$1'), voice: 'plain' };
      if (node.text !== null) return { text, voice: 'plain' };
      return { text: Array.isArray(node.value) ? '[]' : '{}', voice: 'plain' };
  }
}

/** The name in `[Function name]` or `[Class Name]`. */
function nameIn(text: string): string {
  return /^\[(?:Function|Class):? ?([^]*)\]$/.exec(text)?.[1] ?? text;
}
