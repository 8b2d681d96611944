import { readString } from '../protocol/json.ts';

/** What is kept of the text of a source map: small JSON, and the mappings, which may be megabytes, apart from it. */
export interface SourceMapText {
  /**
   * The map without `sourcesContent`, `names` and the like; each `mappings` is the index of its text in `mappings`, each
   * `sources` the index of its first name in `sources`, and how many they are.
   */
  readonly payload: unknown;
  readonly mappings: readonly Uint8Array[];
  /** Those of all maps in the text; null for a name that is too long, or no text. */
  readonly sources: readonly (string | null)[];
  /** The text of the original that was asked for, or null. */
  readonly content: string | null;
}

/** One entry of a map's `sourcesContent`: of the map itself (section 0), or of one of its sections that hold a map. */
export interface ContentPlace {
  readonly section: number;
  readonly index: number;
}

/** Reads the text of a source map in pieces, without ever having the whole of it. */
export interface SourceMapTextReader {
  /** The next bytes; they are not kept. Some 10 µs for 4 KB. */
  push(bytes: Uint8Array): void;
  /** Null when the text is no JSON, `too_large` when more of it would have to be kept than almost any map needs. */
  end(): SourceMapText | 'too_large' | null;
}

/** At any depth: a map with sections holds maps. All other members are skipped, most of all `sourcesContent`. */
const KEPT = new Set([
  'version',
  'sources',
  'sourceRoot',
  'mappings',
  'sections',
  'offset',
  'line',
  'column',
  'map',
]);
const MAX_KEY_BYTES = 64;
/** `JSON.parse` takes about 2 ms for so much. Names of sources are not in it: a bundle may have tens of thousands. */
const MAX_PAYLOAD_BYTES = 512 * 1024;
/** Of all names of sources, of which an empty one counts as so much too, and of one: longer than any path. */
const MAX_SOURCES_BYTES = 8 * 1024 * 1024;
const MIN_SOURCE_BYTES = 16;
const MAX_SOURCE_BYTES = 4_096;
const MAX_MAPPINGS_BYTES = 16 * 1024 * 1024;
const MAX_DEPTH = 16;
/** The map itself, its list of sections, and one of these. */
const SECTION_DEPTH = 3;
/** An original that takes more is not shown. */
const MAX_CONTENT_BYTES = 4 * 1024 * 1024;

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;

/** What becomes of the text inside the quotes. */
type StringRole = 'key' | 'value' | 'mappings' | 'source' | 'content' | 'skipped';

/**
 * A reader at the beginning of a text.
 * @param wanted the original whose text is kept as well
 */
export function createSourceMapTextReader(wanted: ContentPlace | null = null): SourceMapTextReader {
  const payload = new Pieces(MAX_PAYLOAD_BYTES);
  const mappings: Uint8Array[] = [];
  let mappingsLeft = MAX_MAPPINGS_BYTES;
  const sources: (string | null)[] = [];
  let sourcesLeft = MAX_SOURCES_BYTES;
  /** The bytes of a name, each as one character: a name may go over two pieces. */
  let source = '';
  /** While names of sources are read: the index of the first one. */
  let firstSource = -1;
  let element: 'none' | 'name' | 'other' = 'none';
  let current = new Pieces(0);
  let hasBegun = false;
  let isRefused = false;
  let isTooLarge = false;
  /** True for an object. */
  const containers: boolean[] = [];
  let expectsKey = false;
  let key = '';
  let role: StringRole | null = null;
  let isEscaped = false;
  /** While a value is skipped: how deep inside it. */
  let skippedDepth = -1;
  let maps = 0;
  let contentIndex = 0;
  const content = new Pieces(MAX_CONTENT_BYTES);
  let hasContent = false;

  /** Within the list of texts, at the one that is asked for. */
  function isAtContent(): boolean {
    return (
      wanted !== null &&
      key === 'sourcesContent' &&
      skippedDepth === 1 &&
      Math.max(0, maps - 1) === wanted.section &&
      contentIndex === wanted.index
    );
  }

  function readContent(): string | null {
    const bytes = hasContent ? content.take() : null;
    return bytes === null ? null : readString(JSON.parse(Buffer.from(bytes).toString('utf8')), null);
  }

  function enterString(): void {
    if (skippedDepth >= 0) role = isAtContent() ? 'content' : 'skipped';
    else if (expectsKey) role = 'key';
    else if (firstSource >= 0) role = 'source';
    else role = key === 'mappings' && containers.at(-1) === true ? 'mappings' : 'value';
    if (role === 'content') content.addText('"');
    else if (role === 'key') current = new Pieces(MAX_KEY_BYTES);
    else if (role === 'mappings') current = new Pieces(mappingsLeft);
    else if (role === 'source') source = '';
  }

  function takeText(bytes: Uint8Array): void {
    if (role === 'value') payload.add(bytes);
    else if (role === 'content') content.add(bytes);
    else if (role === 'source') takeSource(bytes);
    else if (role === 'key' || role === 'mappings') current.add(bytes);
  }

  function takeSource(bytes: Uint8Array): void {
    sourcesLeft -= bytes.length;
    if (sourcesLeft < 0) isTooLarge = true;
    else if (source.length <= MAX_SOURCE_BYTES) source += latin1Of(bytes);
  }

  function addSource(name: string | null): void {
    sourcesLeft -= MIN_SOURCE_BYTES;
    if (sourcesLeft < 0) isTooLarge = true;
    else sources.push(name);
  }

  function leaveString(): void {
    if (role === 'value') payload.addText('"');
    else if (role === 'content') {
      content.addText('"');
      hasContent = true;
    } else if (role === 'mappings') {
      payload.addText(`${mappings.length}`);
      const text = current.take();
      if (text === null) isTooLarge = true;
      else {
        mappings.push(text);
        mappingsLeft -= text.length;
      }
    } else if (role === 'source') {
      addSource(source.length > MAX_SOURCE_BYTES ? null : decodeName(source));
      element = 'name';
    } else if (role === 'key') key = Buffer.from(current.take() ?? []).toString('latin1');
    role = null;
  }

  function enterSkipped(): void {
    payload.addText('null');
    skippedDepth = 0;
    contentIndex = 0;
  }

  /** Between the names of sources: what is no text has its place among them all the same. */
  function listSource(byte: number): void {
    switch (byte) {
      case COMMA:
      case CLOSE_ARRAY:
        if (element === 'other' || (element === 'none' && byte === COMMA)) addSource(null);
        element = 'none';
        if (byte === COMMA) return;
        payload.addText(`[${firstSource},${sources.length - firstSource}]`);
        firstSource = -1;
        return;
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        isRefused = true;
        return;
      default:
        if (byte > SPACE && element === 'none') element = 'other';
    }
  }

  function structure(byte: number): void {
    if (firstSource >= 0) {
      listSource(byte);
      return;
    }
    if (byte === OPEN_ARRAY && key === 'sources' && skippedDepth < 0 && containers.at(-1) === true) {
      firstSource = sources.length;
      return;
    }
    if (skippedDepth >= 0) {
      if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) skippedDepth += 1;
      else if (byte === COMMA && skippedDepth === 1) contentIndex += 1;
      const isEnd = byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_ARRAY;
      if (!isEnd || (skippedDepth > 0 && byte === COMMA)) return;
      if (skippedDepth > 0) {
        skippedDepth -= 1;
        return;
      }
      skippedDepth = -1;
    }
    switch (byte) {
      case OPEN_OBJECT:
      case OPEN_ARRAY:
        if (key === 'map' && byte === OPEN_OBJECT && containers.length === SECTION_DEPTH) maps += 1;
        containers.push(byte === OPEN_OBJECT);
        if (containers.length > MAX_DEPTH) isRefused = true;
        expectsKey = byte === OPEN_OBJECT;
        break;
      case CLOSE_OBJECT:
      case CLOSE_ARRAY:
        containers.pop();
        expectsKey = false;
        break;
      case COMMA:
        expectsKey = containers.at(-1) === true;
        break;
      case COLON:
        expectsKey = false;
        payload.addText(`${JSON.stringify(key)}:`);
        if (!KEPT.has(key)) enterSkipped();
        return;
    }
    payload.addByte(byte);
  }

  /** The closing quote, or the end of the piece. By native search: most of a map is the text of its sources. */
  function findEnd(bytes: Uint8Array, start: number): number {
    let from = isEscaped ? start + 1 : start;
    for (;;) {
      const quote = bytes.indexOf(QUOTE, from);
      const end = quote === -1 ? bytes.length : quote;
      let firstBackslash = end;
      while (firstBackslash > from && bytes[firstBackslash - 1] === BACKSLASH) firstBackslash -= 1;
      isEscaped = (end - firstBackslash) % 2 === 1;
      if (quote === -1 || !isEscaped) return end;
      isEscaped = false;
      from = quote + 1;
    }
  }

  return {
    push(bytes) {
      let at = 0;
      if (!hasBegun) {
        // A byte order mark, or the line that keeps a browser from running the map as a script.
        at = bytes.indexOf(OPEN_OBJECT);
        if (at === -1) return;
        hasBegun = true;
      }
      while (at < bytes.length && !isRefused && !isTooLarge && !payload.isFull) {
        if (role === null) {
          const byte = bytes[at++] ?? 0;
          if (byte !== QUOTE) structure(byte);
          else {
            enterString();
            if (role === 'value') payload.addText('"');
          }
          continue;
        }
        const start = at;
        at = findEnd(bytes, start);
        takeText(bytes.subarray(start, at));
        if (at < bytes.length) {
          at += 1;
          leaveString();
        }
      }
    },
    end() {
      const text = payload.take();
      if (isTooLarge || text === null) return 'too_large';
      if (isRefused || role !== null) return null;
      try {
        return {
          payload: JSON.parse(Buffer.from(text).toString('utf8')) as unknown,
          mappings,
          sources,
          content: readContent(),
        };
      } catch {
        return null;
      }
    },
  };
}

function latin1Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

const PLAIN_NAME = /^[\x20-\x5b\x5d-\x7e]*$/;

/** What JSON says between the quotes; null when that is none. */
function decodeName(bytes: string): string | null {
  if (PLAIN_NAME.test(bytes)) return bytes;
  try {
    return readString(JSON.parse(`"${Buffer.from(bytes, 'latin1').toString('utf8')}"`), null);
  } catch {
    return null;
  }
}

/** Bytes that are put together, up to a limit; beyond it nothing is kept. */
class Pieces {
  readonly #maxBytes: number;
  #bytes = new Uint8Array(0);
  #length = 0;
  isFull = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(bytes: Uint8Array): void {
    if (!this.#makeRoom(bytes.length)) return;
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  addByte(byte: number): void {
    if (!this.#makeRoom(1)) return;
    this.#bytes[this.#length++] = byte;
  }

  addText(text: string): void {
    this.add(Buffer.from(text));
  }

  /** A copy of just what was added; null when it was too much. */
  take(): Uint8Array | null {
    return this.isFull ? null : this.#bytes.slice(0, this.#length);
  }

  #makeRoom(more: number): boolean {
    const needed = this.#length + more;
    if (needed > this.#maxBytes) this.isFull = true;
    if (this.isFull) return false;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(
        Math.min(this.#maxBytes, Math.max(needed, 2 * this.#bytes.length, 1_024)),
      );
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    return true;
  }
}
