import type { CutReason } from '../../../../src/protocol/value-mark.ts';
import type { ShownKind, ValueNode } from './value-node.ts';

/** How a value without children is written, and in which voice: as the program's own data or as a remark of ours. */
export interface LeafWords {
  readonly text: string;
  readonly voice: 'string' | 'number' | 'keyword' | 'plain' | 'remark';
}

const KIND_NAMES: Readonly<Partial<Record<ShownKind, string>>> = {
  object: 'Object',
  array: 'Array',
  function: 'function',
  class: 'class',
  date: 'Date',
  regexp: 'RegExp',
  map: 'Map',
  set: 'Set',
  weak_map: 'WeakMap',
  weak_set: 'WeakSet',
  weak_ref: 'WeakRef',
  error: 'Error',
  promise: 'Promise',
  generator: 'Generator',
  iterator: 'Iterator',
  typed_array: 'TypedArray',
  buffer: 'Buffer',
  array_buffer: 'ArrayBuffer',
  data_view: 'DataView',
  url: 'URL',
  module: 'Module',
  arguments: 'Arguments',
  proxy: 'Proxy',
  bigint: 'bigint',
  symbol: 'symbol',
};

/** Name of the type to show beside a value; null where the value shows it by itself. */
export function typeName(node: ValueNode): string | null {
  if (node.className !== null) return node.className;
  if (node.children.length === 0 && (node.kind === 'bigint' || node.kind === 'symbol')) return null;
  if (node.children.length > 0 && (node.kind === 'object' || node.kind === 'array')) return null;
  return KIND_NAMES[node.kind] ?? null;
}

/** The words for a value that has no children. Placeholders that stand for what JSON cannot say are ours, not data. */
export function leafWords(node: ValueNode): LeafWords {
  const text = node.text ?? '';
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
    case 'accessor':
      return { text: 'getter, not run', voice: 'remark' };
    case 'proxy':
      return { text: 'not read', voice: 'remark' };
    case 'hole':
      return { text: 'empty', voice: 'remark' };
    case 'circular':
      return { text: text === '' ? 'circular' : text, voice: 'remark' };
    case 'array':
    case 'object':
    case 'map':
    case 'set':
    case 'arguments':
      // With a reason, the remark about what is missing says it all.
      if (node.missing !== null) return { text: '', voice: 'remark' };
      return node.text === null
        ? { text: node.kind === 'array' ? '[]' : '{}', voice: 'plain' }
        : { text, voice: 'plain' };
    default:
      return { text: node.text ?? '{}', voice: 'plain' };
  }
}

/** One line that says what a closed container holds: `{id: 42, name: "Ana", …}`, at most `maxLength` characters. */
export function previewOf(node: ValueNode, maxLength = 96): string {
  const [open, close] = isListed(node) ? ['[', ']'] : ['{', '}'];
  let text = open;
  for (const [index, child] of node.children.entries()) {
    const name =
      isListed(node) && node.kind !== 'map' ? '' : `${child.name}${node.kind === 'map' ? ' → ' : ': '}`;
    const part = `${index === 0 ? '' : ', '}${name}${briefValue(child)}`;
    if (text.length + part.length > maxLength) return `${text}${index === 0 ? '' : ', '}…${close}`;
    text += part;
  }
  return `${text}${node.missing === null ? '' : ', …'}${close}`;
}

function isListed(node: ValueNode): boolean {
  return Array.isArray(node.value);
}

function briefValue(node: ValueNode): string {
  if (node.children.length > 0) {
    const name = node.className ?? (isListed(node) ? '' : '');
    return isListed(node) ? `${name}(${node.children.length})` : `${name === '' ? '' : `${name} `}{…}`;
  }
  if (node.kind === 'string') {
    const text = node.text ?? '';
    return JSON.stringify(text.length > 28 ? `${text.slice(0, 27)}…` : text);
  }
  const words = leafWords(node).text;
  return words === '' ? (isListed(node) ? '[…]' : '{…}') : words;
}

const REASONS: Readonly<Record<CutReason, string>> = {
  depth: 'beyond the depth limit',
  collectionSize: 'beyond the element limit',
  propertyCount: 'beyond the property limit',
  stringLength: 'beyond the string limit',
  payload: 'cut to keep the snapshot within its size',
  timeBudget: 'copying ran out of time',
  getter: 'getters are never run',
  proxy: 'proxies are never read',
  redacted: 'removed by the scrubber',
};

const UNITS: Readonly<Partial<Record<CutReason, (kept: number, size: number) => string>>> = {
  collectionSize: (kept, size) =>
    `${group(Math.max(0, size - kept))} of ${group(size)} elements not captured`,
  propertyCount: (kept, size) =>
    `${group(Math.max(0, size - kept))} of ${group(size)} properties not captured`,
  stringLength: (_kept, size) => `${group(size)} characters in all`,
};

/** What is missing at a place and why: `900 of 1,000 elements not captured · beyond the element limit`. */
export function missingWords(node: ValueNode): string | null {
  if (node.missing === null) return null;
  const { reason, size } = node.missing;
  const why = REASONS[reason];
  if (size === null)
    return reason === 'redacted' || reason === 'getter' || reason === 'proxy' ? why : `not captured · ${why}`;
  const amount = UNITS[reason]?.(node.children.length, size) ?? sizeWords(node.kind, size);
  return `${amount} · ${why}`;
}

function sizeWords(kind: ShownKind, size: number): string {
  switch (kind) {
    case 'string':
      return `${group(size)} characters in all`;
    case 'array':
    case 'set':
    case 'map':
    case 'typed_array':
      return `${group(size)} elements`;
    case 'buffer':
    case 'array_buffer':
    case 'data_view':
      return `${group(size)} bytes`;
    default:
      return `${group(size)} properties`;
  }
}

function group(count: number): string {
  return count.toLocaleString('en-US');
}

/** The reason by itself, for a list of what was cut. */
export function reasonWords(reason: CutReason): string {
  return REASONS[reason];
}
