import { ProblemError } from '../http/problem.ts';
import { isDeeperThan } from './json-depth.ts';

/** One snapshot of a request as it stood there: parsed JSON, or the code why it is none. */
export type BatchItem = ({ readonly value: unknown } | { readonly rejection: ItemRejection }) & {
  /** Counted from 1; of an array, the place in it. */
  readonly line: number;
};

/** Why a part of a body was not even looked at as a snapshot. */
export type ItemRejection = 'bad_json' | 'too_deep' | 'too_large';

/** The snapshots of one request, in order. */
export interface SnapshotBatch {
  /** True for one object that is not in an array: its client expects the answer of an old server. */
  readonly isSingle: boolean;
  readonly items: readonly BatchItem[];
}

/** Bounds of a request. */
export interface BatchBounds {
  readonly maxItems: number;
  /** Of one snapshot, in bytes of JSON. */
  readonly maxItemBytes: number;
  readonly maxDepth: number;
}

/** An array is parsed as a whole before its elements can be judged one by one. */
const MAX_ARRAY_DEPTH = 1_000;
const LINE_FEED = 0x0a;
const OPEN_BRACKET = 0x5b;

/**
 * Takes a body apart.
 * @throws ProblemError when there is nothing that could be answered snapshot by snapshot: not JSON, another media type,
 * too many of them, nested beyond all measure
 */
export function readBatch(body: Buffer, contentType: string | undefined, bounds: BatchBounds): SnapshotBatch {
  const mediaType = (contentType ?? 'application/json').split(';', 1)[0]?.trim().toLowerCase();
  switch (mediaType) {
    case 'application/x-ndjson':
    case 'application/ndjson':
      return { isSingle: false, items: readLines(body, bounds) };
    case '':
    case 'application/json':
      return readJsonBody(body, bounds);
    default:
      throw new ProblemError(
        415,
        'unsupported_media_type',
        'Send snapshots as application/json or application/x-ndjson.',
      );
  }
}

function readLines(body: Buffer, bounds: BatchBounds): BatchItem[] {
  const items: BatchItem[] = [];
  let line = 1;
  let start = 0;
  while (start < body.length) {
    const byte = body[start];
    // Byte by byte: blank lines are no snapshots and do not count, and a body can have millions of them.
    if (isWhiteSpace(byte)) {
      if (byte === LINE_FEED) line++;
      start++;
      continue;
    }
    if (items.length === bounds.maxItems) throw tooMany(bounds);
    const lineEnd = body.indexOf(LINE_FEED, start);
    const end = lineEnd === -1 ? body.length : lineEnd;
    items.push(readItem(body.subarray(start, end), line, bounds));
    start = end;
  }
  return items;
}

/** To JSON; undefined is no byte. */
function isWhiteSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d || byte === LINE_FEED;
}

function readItem(json: Buffer, line: number, bounds: BatchBounds): BatchItem {
  if (json.length > bounds.maxItemBytes) return { rejection: 'too_large', line };
  if (isDeeperThan(json, bounds.maxDepth)) return { rejection: 'too_deep', line };
  try {
    return { value: JSON.parse(json.toString()) as unknown, line };
  } catch {
    return { rejection: 'bad_json', line };
  }
}

function readJsonBody(body: Buffer, bounds: BatchBounds): SnapshotBatch {
  let start = 0;
  while (isWhiteSpace(body[start])) start++;
  if (body[start] !== OPEN_BRACKET) return { isSingle: true, items: [readItem(body, 1, bounds)] };
  if (isDeeperThan(body, MAX_ARRAY_DEPTH)) {
    throw new ProblemError(400, 'too_deep', `The body nests deeper than ${MAX_ARRAY_DEPTH} levels.`);
  }
  let values: unknown;
  try {
    values = JSON.parse(body.toString());
  } catch (error) {
    throw new ProblemError(400, 'bad_json', 'The body is not valid JSON.', { cause: error });
  }
  if (!Array.isArray(values)) throw new ProblemError(400, 'bad_json', 'The body is not valid JSON.');
  if (values.length > bounds.maxItems) throw tooMany(bounds);
  // Written again and judged by its own text, as a line would be.
  const items = values.map((value: unknown, index) =>
    readItem(Buffer.from(JSON.stringify(value)), index + 1, bounds),
  );
  return { isSingle: false, items };
}

function tooMany({ maxItems }: BatchBounds): ProblemError {
  return new ProblemError(413, 'too_many_snapshots', `Send at most ${maxItems} snapshots in one request.`);
}
