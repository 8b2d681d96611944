import { open, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';

const MAX_BYTES = 4 * 1024 * 1024;

/**
 * True when a file is another one than the process loaded, so that its lines may be others than a person sees.
 * @param loaded the source that runs; null when that is generated from the file, and only the time of its change can tell
 */
export async function isChangedSince(
  filePath: string,
  startedAtMs: number,
  loaded: string | null,
): Promise<boolean> {
  if (!isAbsolute(filePath)) return false;
  try {
    const { mtimeMs, size } = await stat(filePath);
    if (mtimeMs <= startedAtMs) return false;
    if (loaded === null || size > MAX_BYTES) return true;
    return withoutMark(loaded) !== withoutMark(await readText(filePath, size));
  } catch {
    // A container may have only what was built.
    return false;
  }
}

async function readText(filePath: string, size: number): Promise<string> {
  const file = await open(filePath);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size), 0, size, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Node takes the byte order mark off before it compiles. */
function withoutMark(text: string): string {
  return text.replace(/^\uFEFF/, '');
}
