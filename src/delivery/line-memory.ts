/**
 * Where the lines of a queue lie: as bytes, in pages that are used again. As texts, lines that wait for a bad network would
 * be moved among V8's old objects and stay there long after they are sent, until all of those are collected: tens of
 * megabytes. As buffers of their own, they would leave as many holes in the memory that the process has from the system.
 */
export interface LineMemory {
  /** Copies a line in. */
  keep(text: string): KeptLine;
  /** Lines in it. */
  readonly lines: number;
  /** Pages in use or ready to be used again. */
  readonly pages: number;
}

/** A line of NDJSON, with its line break, until it is let go of. */
export interface KeptLine {
  /** What it takes on the wire, its line break included. */
  readonly bytes: number;
  /** @throws Error once it was let go of: something else may lie there by then */
  copyTo(target: Uint8Array, offset: number): void;
  /** Gives its place back. Safe to call again. */
  letGo(): void;
}

interface Page {
  readonly content: Buffer;
  /** Bytes from its start that are taken, also by lines that are gone since. */
  used: number;
  /** Lines in it. */
  lines: number;
}

const PAGE_BYTES = 64 * 1024;
/** What an hour with a bad network needs at its worst is not kept for good. */
const MAX_SPARE_PAGES = 16;
const LINE_BREAK = 10;

/** Holds nothing until the first line. */
export function createLineMemory(): LineMemory {
  let current: Page | null = null;
  const spare: Page[] = [];
  let lines = 0;
  let pages = 0;

  function addPage(bytes: number): Page {
    pages += 1;
    return { content: Buffer.allocUnsafeSlow(bytes), used: 0, lines: 0 };
  }

  function pageFor(bytes: number): Page {
    if (bytes > PAGE_BYTES) return addPage(bytes);
    if (current === null || current.used + bytes > PAGE_BYTES) current = spare.pop() ?? addPage(PAGE_BYTES);
    return current;
  }

  function empty(page: Page): void {
    page.used = 0;
    if (page === current) return;
    if (page.content.byteLength === PAGE_BYTES && spare.length < MAX_SPARE_PAGES) spare.push(page);
    else pages -= 1;
  }

  return {
    keep(text) {
      const bytes = Buffer.byteLength(text) + 1;
      const page = pageFor(bytes);
      const start = page.used;
      page.content.write(text, start);
      page.content[start + bytes - 1] = LINE_BREAK;
      page.used += bytes;
      page.lines += 1;
      lines += 1;
      let isKept = true;
      return {
        bytes,
        copyTo(target, offset) {
          if (!isKept) throw new Error('the line was let go of');
          page.content.copy(target, offset, start, start + bytes);
        },
        letGo() {
          if (!isKept) return;
          isKept = false;
          page.lines -= 1;
          lines -= 1;
          if (page.lines === 0) empty(page);
        },
      };
    },
    get lines() {
      return lines;
    },
    get pages() {
      return pages;
    },
  };
}
