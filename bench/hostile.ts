import type { CopyResult } from '../src/copy/costly-value.ts';
import type { CutReason } from '../src/protocol/value-mark.ts';

/** A value that would be expensive to copy whole, and what the copy has to say of it. */
export interface HostileValue {
  readonly name: string;
  /** Makes a fresh one: V8 joins a text and indexes the keys of an object on the first read. */
  readonly make: () => unknown;
  readonly check: (copied: CopyResult) => boolean;
}

const MILLION = 1_000_000;

function cut(reason: CutReason, size?: number): (copied: CopyResult) => boolean {
  return ({ marks, costly }) =>
    costly === null &&
    marks.some((mark) => mark.reason === reason && (size === undefined || mark.size === size));
}

function isWide({ costly }: CopyResult): boolean {
  return costly?.cause === 'wide_object';
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const dictionary = (count: number, makeKey: (index: number) => string = (index) => `key_${index}`): object =>
  Object.fromEntries(numbers(count).map((index) => [makeKey(index), index]));
const bigMap = (): Map<number, number> => new Map(numbers(MILLION).map((index) => [index, index]));

/** A text of 10 MB in 100,000 pieces, as a program that builds a page by `+=` has it. */
function joinedText(): string {
  let text = '';
  for (const index of numbers(100_000))
    text += `piece ${String(index).padStart(8, '0')} of a text `.repeat(4);
  return text;
}

function levels(count: number): object {
  let value: unknown = 1;
  for (let level = 0; level < count; level++) value = { value };
  return { value };
}

function sparse(first: number): unknown[] {
  const list: unknown[] = [];
  list[4e9] = 1;
  list[first] = 2;
  return list;
}

/** All of them are below the call's variables, as a program hands them over. */
export const HOSTILE: readonly HostileValue[] = [
  {
    name: 'text of 10 MB, one byte a character',
    make: () => ({ text: Buffer.alloc(1e7, 'abc ').toString('latin1') }),
    check: cut('stringLength', 1e7),
  },
  {
    name: 'text of 10 MB, two bytes a character',
    make: () => ({ text: Buffer.alloc(1e7, '語').toString('utf16le') }),
    check: cut('stringLength', 5e6),
  },
  {
    name: 'text of 10 MB in 100,000 pieces',
    make: () => ({ text: joinedText() }),
    check: ({ costly }) => costly?.cause === 'joined_text',
  },
  {
    name: 'array of 1,000,000 numbers',
    make: () => ({ list: numbers(MILLION) }),
    check: cut('collectionSize', MILLION),
  },
  {
    name: 'array of 100,000 objects',
    make: () => ({ list: numbers(100_000).map((index) => ({ index, text: 'row' })) }),
    check: cut('collectionSize', 100_000),
  },
  {
    name: 'Map of 1,000,000',
    make: () => ({ map: bigMap() }),
    check: cut('collectionSize', MILLION),
  },
  {
    name: 'Map of 1,000,000 below the deepest level',
    make: () => ({ a: { b: { map: bigMap() } } }),
    check: cut('depth', MILLION),
  },
  {
    name: 'Set of 1,000,000',
    make: () => ({ set: new Set(numbers(MILLION)) }),
    check: cut('collectionSize', MILLION),
  },
  { name: 'Buffer of 50 MB', make: () => ({ bytes: Buffer.alloc(5e7, 7) }), check: cut('stringLength', 5e7) },
  {
    name: 'Float64Array of 50 MB',
    make: () => ({ list: new Float64Array(6_250_000) }),
    check: cut('collectionSize', 6_250_000),
  },
  { name: '10,000 levels', make: () => levels(10_000), check: cut('depth', 1) },
  {
    name: 'sparse array of 4e9, values in front',
    make: () => ({ list: sparse(7) }),
    check: cut('collectionSize', 4e9 + 1),
  },
  {
    name: 'sparse array of 4e9, holes in front',
    make: () => ({ list: sparse(5_000) }),
    check: cut('collectionSize', 4e9 + 1),
  },
  {
    name: '1,000 Proxies',
    make: () => ({ list: numbers(1_000).map(() => new Proxy({}, {})) }),
    check: cut('collectionSize', 1_000),
  },
  {
    name: 'object of 1,000 keys',
    make: () => ({ wide: dictionary(1_000) }),
    check: cut('propertyCount', 1_000),
  },
  {
    name: 'object of 1,000 integer keys',
    make: () => ({ wide: dictionary(1_000, (index) => String(index * 7)) }),
    check: cut('propertyCount', 1_000),
  },
  {
    name: 'object of 10,000 keys',
    make: () => ({ wide: dictionary(10_000) }),
    check: cut('propertyCount', 10_000),
  },
  { name: 'object of 100,000 keys', make: () => ({ wide: dictionary(100_000) }), check: isWide },
  {
    name: 'object of 100,000 integer keys',
    make: () => ({ wide: dictionary(100_000, (index) => String(index * 7)) }),
    check: isWide,
  },
  {
    name: 'null-prototype dictionary of 100,000 keys',
    make: () => ({ wide: Object.assign(Object.create(null) as object, dictionary(100_000)) }),
    check: isWide,
  },
  {
    name: 'object of 100,000 keys below the deepest level',
    make: () => ({ a: { b: { wide: dictionary(100_000) } } }),
    check: isWide,
  },
  {
    name: '20 objects of 100,000 keys',
    make: () => ({ list: numbers(20).map(() => dictionary(100_000)) }),
    check: isWide,
  },
  {
    name: '100 objects of 1,000 keys',
    make: () => ({ list: numbers(100).map(() => dictionary(1_000)) }),
    check: ({ costly }) => costly?.cause === 'wide_objects',
  },
];
