import { isRecord, readBoolean, readInteger, readString, readText } from './json.ts';
import type { UnknownRecord } from './json.ts';

/** What a control server asks one instance: which files it has loaded, or the text of one of them. */
export interface SourceRequest {
  /** Given by the server; the answer goes to this id, once. */
  readonly requestId: string;
  readonly wanted: SourceWanted;
}

/** The list of files, or one id of that list; never a path. */
export type SourceWanted = { readonly kind: 'tree' } | { readonly kind: 'file'; readonly fileId: string };

/**
 * What V8 runs of a file: the file itself (`loaded`, also TypeScript that Node strips), what a compiler or bundler made of
 * originals (`compiled`), or such an original (`original`), known from a source map.
 */
export type SourceKind = 'loaded' | 'compiled' | 'original';

/** All kinds of files. */
export const SOURCE_KINDS: readonly SourceKind[] = ['loaded', 'compiled', 'original'];

/** A file of the application that an instance has loaded. */
export interface LoadedFile {
  /** Stays the same for the same path, in every instance and after a restart. */
  readonly id: string;
  /** As stack frames and breakpoints name it, scrubbed. */
  readonly path: string;
  readonly kind: SourceKind;
  /** Of an original: the file that runs in its stead. */
  readonly compiledPath: string | null;
  /** SHA-256 of the text that V8 runs, in hex: two instances with another one run other code. Null where V8 names none. */
  readonly hash: string | null;
}

/** Why an instance does not show its source. */
export type SourceRefusal =
  | 'source_access_off'
  | 'killed'
  | 'unknown_file'
  | 'source_unavailable'
  | 'file_too_large'
  | 'too_many_requests'
  | 'inspector_unavailable';

/** All reasons for a refusal. */
export const SOURCE_REFUSALS: readonly SourceRefusal[] = [
  'source_access_off',
  'killed',
  'unknown_file',
  'source_unavailable',
  'file_too_large',
  'too_many_requests',
  'inspector_unavailable',
];

/** What an instance answers to a {@link SourceRequest}. */
export type SourceAnswer =
  | {
      readonly kind: 'tree';
      readonly files: readonly LoadedFile[];
      /** Files that are not in the list, since there are too many; at least so many, when there are over 100,000. */
      readonly omittedFiles: number;
      /** Source maps that were not looked at: the originals that they name are missing, and what was compiled is `loaded`. */
      readonly unreadMaps: number;
    }
  | {
      readonly kind: 'file';
      readonly file: LoadedFile;
      readonly source: string;
      /** Scrub types that acted, each once. */
      readonly redacted: readonly string[];
      /** Lines that were too long to be shown whole. */
      readonly cutLines: number;
      /** The text is that of a file that changed after the process had started: its lines may be others than those that run. */
      readonly isStale: boolean;
      /** Version of the scrubber that has seen the text; null when none has. */
      readonly scrubbed: { readonly version: string } | null;
    }
  | { readonly kind: 'refused'; readonly code: SourceRefusal };

/** Files that one answer lists; the rest is counted. */
export const MAX_LISTED_FILES = 2_000;
/** Characters of a file that is shown; a larger one is refused. */
export const MAX_SOURCE_CHARACTERS: number = 1024 * 1024;
/** UTF-8 bytes of an answer on the wire. */
export const MAX_SOURCE_ANSWER_BYTES: number = 4 * 1024 * 1024;
/** Ids are hashes in text. */
const SOURCE_ID = /^[A-Za-z0-9_-]{1,64}$/;
const MAX_PATH_LENGTH = 4_096;
const MAX_REDACTED_TYPES = 64;
const MAX_TYPE_LENGTH = 64;

/** True for a text that can be the id of a file, or of a request. */
export function isSourceId(text: string): boolean {
  return SOURCE_ID.test(text);
}

/** The request in a `source_request` event; null when it is none. */
export function parseSourceRequest(value: unknown): SourceRequest | null {
  if (!isRecord(value)) return null;
  const requestId = readId(value['request_id']);
  if (requestId === null) return null;
  if (value['kind'] === 'tree') return { requestId, wanted: { kind: 'tree' } };
  const fileId = readId(value['file_id']);
  if (value['kind'] !== 'file' || fileId === null) return null;
  return { requestId, wanted: { kind: 'file', fileId } };
}

/** A request in wire names. */
export function encodeSourceRequest({ requestId, wanted }: SourceRequest): Record<string, string> {
  return {
    request_id: requestId,
    kind: wanted.kind,
    ...(wanted.kind === 'file' ? { file_id: wanted.fileId } : {}),
  };
}

/** The answer of an instance, cut to what an answer may hold; null when it is none. */
export function parseSourceAnswer(value: unknown): SourceAnswer | null {
  if (!isRecord(value)) return null;
  switch (value['kind']) {
    case 'tree':
      return parseTree(value);
    case 'file':
      return parseFile(value);
    case 'refused': {
      const code = SOURCE_REFUSALS.find((known) => known === value['code']);
      return code === undefined ? null : { kind: 'refused', code };
    }
    default:
      return null;
  }
}

/** An answer in wire names. */
export function encodeSourceAnswer(answer: SourceAnswer): Record<string, unknown> {
  switch (answer.kind) {
    case 'tree':
      return {
        kind: 'tree',
        files: answer.files.map(encodeLoadedFile),
        omitted_files: answer.omittedFiles,
        unread_maps: answer.unreadMaps,
      };
    case 'file':
      return {
        kind: 'file',
        file: encodeLoadedFile(answer.file),
        source: answer.source,
        redacted: answer.redacted,
        cut_lines: answer.cutLines,
        is_stale: answer.isStale,
        scrubbed: answer.scrubbed,
      };
    case 'refused':
      return { kind: 'refused', code: answer.code };
  }
}

function parseTree(value: UnknownRecord): SourceAnswer | null {
  const listed = value['files'];
  if (!Array.isArray(listed)) return null;
  const files = listed.slice(0, MAX_LISTED_FILES).flatMap((item) => parseLoadedFile(item) ?? []);
  const beyond = Math.max(0, listed.length - MAX_LISTED_FILES);
  return {
    kind: 'tree',
    files,
    omittedFiles: beyond + readInteger(value['omitted_files'], 0),
    unreadMaps: readInteger(value['unread_maps'], 0),
  };
}

function parseFile(value: UnknownRecord): SourceAnswer | null {
  const file = parseLoadedFile(value['file']);
  const source = readString(value['source'], null);
  if (file === null || source === null || source.length > MAX_SOURCE_CHARACTERS) return null;
  const redacted = Array.isArray(value['redacted']) ? value['redacted'] : [];
  const version = isRecord(value['scrubbed']) ? readText(value['scrubbed']['version'], null) : null;
  return {
    kind: 'file',
    file,
    source,
    redacted: redacted
      .filter((type): type is string => typeof type === 'string' && type.length <= MAX_TYPE_LENGTH)
      .slice(0, MAX_REDACTED_TYPES),
    cutLines: readInteger(value['cut_lines'], 0),
    isStale: readBoolean(value['is_stale'], false),
    scrubbed: version === null ? null : { version },
  };
}

function parseLoadedFile(value: unknown): LoadedFile | null {
  if (!isRecord(value)) return null;
  const id = readId(value['id']);
  const path = readText(value['path'], null);
  if (id === null || path === null || path.length > MAX_PATH_LENGTH) return null;
  return {
    id,
    path,
    kind: SOURCE_KINDS.find((kind) => kind === value['kind']) ?? 'loaded',
    compiledPath: readText(value['compiled_path'], null)?.slice(0, MAX_PATH_LENGTH) ?? null,
    hash: readId(value['hash']),
  };
}

function encodeLoadedFile(file: LoadedFile): Record<string, unknown> {
  return {
    id: file.id,
    path: file.path,
    kind: file.kind,
    ...(file.compiledPath === null ? {} : { compiled_path: file.compiledPath }),
    ...(file.hash === null ? {} : { hash: file.hash }),
  };
}

function readId(value: unknown): string | null {
  return typeof value === 'string' && isSourceId(value) ? value : null;
}
