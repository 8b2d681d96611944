import { isRecord, readInteger, readString, readText } from './json.ts';

/**
 * What really stood where `variables` shows plain JSON. A mark without `reason` says only what kind it was; a mark
 * with one says that something is missing there.
 */
export const VALUE_KINDS = [
  'undefined',
  'nan',
  'infinity',
  'negative_infinity',
  'negative_zero',
  'bigint',
  'symbol',
  'string',
  'array',
  'object',
  'function',
  'class',
  'date',
  'regexp',
  'map',
  'set',
  'weak_map',
  'weak_set',
  'weak_ref',
  'error',
  'promise',
  'generator',
  'iterator',
  'typed_array',
  'buffer',
  'array_buffer',
  'data_view',
  'url',
  'boxed',
  'module',
  'arguments',
  'accessor',
  'proxy',
  'hole',
  'circular',
  'symbol_key',
  'other',
] as const;

/** One kind of {@link VALUE_KINDS}. */
export type ValueKind = (typeof VALUE_KINDS)[number];

/** Why something is missing: a closed set. */
export const CUT_REASONS = [
  'depth',
  'collectionSize',
  'propertyCount',
  'stringLength',
  'payload',
  'timeBudget',
  'getter',
  'proxy',
  'redacted',
] as const;

/** One reason of {@link CUT_REASONS}. */
export type CutReason = (typeof CUT_REASONS)[number];

/** Says what stands at one place of `variables`. */
export interface ValueMark {
  /** JSON Pointer (RFC 6901) into `variables`; the empty string is `variables` itself. */
  readonly path: string;
  readonly kind: ValueKind;
  /** Constructor name of an instance, of a typed array, of a boxed primitive or of an error. */
  readonly className?: string;
  /** Why something is missing here. */
  readonly reason?: CutReason;
  /** How much there was: characters of a string, elements, properties, bytes of a buffer. */
  readonly size?: number;
}

/** One segment of a JSON Pointer, escaped as RFC 6901 says. */
export function escapePointer(segment: string): string {
  return segment.includes('~') || segment.includes('/')
    ? segment.replaceAll('~', '~0').replaceAll('/', '~1')
    : segment;
}

/** The marks of a snapshot as it came over the wire; what is not a mark is left out. */
export function parseValueMarks(value: unknown): ValueMark[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item): ValueMark[] => {
    if (!isRecord(item)) return [];
    const path = readString(item['path'], null);
    const kind = VALUE_KINDS.find((known) => known === item['kind']);
    if (path === null || kind === undefined) return [];
    const className = readText(item['class_name'], null);
    const reason = CUT_REASONS.find((known) => known === item['reason']);
    const size = readInteger(item['size'], null);
    return [
      {
        path,
        kind,
        ...(className === null ? {} : { className }),
        ...(reason === undefined ? {} : { reason }),
        ...(size === null ? {} : { size }),
      },
    ];
  });
}

/** A mark in wire names. */
export function encodeValueMark(mark: ValueMark): Record<string, string | number> {
  return {
    path: mark.path,
    kind: mark.kind,
    ...(mark.className === undefined ? {} : { class_name: mark.className }),
    ...(mark.reason === undefined ? {} : { reason: mark.reason }),
    ...(mark.size === undefined ? {} : { size: mark.size }),
  };
}
