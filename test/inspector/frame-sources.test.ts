import { describe, expect, it } from 'vitest';
import { createFrameSources } from '../../src/inspector/frame-sources.ts';
import type { FrameSources } from '../../src/inspector/frame-sources.ts';
import type { StackFrame } from '../../src/protocol/snapshot.ts';

function frameOf(filePath: string): StackFrame {
  return {
    functionName: 'total',
    filePath,
    lineNumber: 1,
    columnNumber: 1,
    isAsync: false,
    origin: 'application',
  };
}

/** Files and maps by name; a file is older than the process unless it is said to have changed. */
function framesOf({
  files = {},
  changed = [],
  maps = {},
}: {
  readonly files?: Readonly<Record<string, string>>;
  readonly changed?: readonly string[];
  readonly maps?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}): FrameSources {
  return createFrameSources({
    files: {
      includes: (path) => path.startsWith('/app/'),
      read: (path) =>
        Promise.resolve(
          files[path] === undefined
            ? null
            : { text: files[path], changedAtMs: changed.includes(path) ? 2 : 1 },
        ),
    },
    sourceMaps: { readContent: (file, _, source) => Promise.resolve(maps[file]?.[source] ?? null) },
    scrubLines: (text) => ({ text }),
    startedAtMs: 1,
  });
}

const ORIGINAL = '/app/src/order.ts';
const COMPILED = '/app/dist/order.js';

describe('the source around a frame', () => {
  it('is that of a file that runs as it is', async () => {
    const sources = framesOf({ files: { [ORIGINAL]: 'as loaded' } });
    expect(await sources.around([frameOf(ORIGINAL)], [frameOf(ORIGINAL)])).toEqual([
      { frame: 0, startLine: 1, lines: ['as loaded'] },
    ]);
  });

  it('is what was compiled, where the original was changed after that and before the process started', async () => {
    const sources = framesOf({
      files: { [ORIGINAL]: 'edited since' },
      maps: { [COMPILED]: { [ORIGINAL]: 'as compiled' } },
    });
    expect(await sources.around([frameOf(ORIGINAL)], [frameOf(COMPILED)])).toEqual([
      { frame: 0, startLine: 1, lines: ['as compiled'] },
    ]);
  });

  it('is that of the original on disk where the map carries no texts', async () => {
    const sources = framesOf({ files: { [ORIGINAL]: 'on disk' } });
    expect(await sources.around([frameOf(ORIGINAL)], [frameOf(COMPILED)])).toEqual([
      { frame: 0, startLine: 1, lines: ['on disk'] },
    ]);
  });

  it('is left out where the file changed after the process had started', async () => {
    const sources = framesOf({ files: { [ORIGINAL]: 'edited' }, changed: [ORIGINAL] });
    expect(await sources.around([frameOf(ORIGINAL)], [frameOf(ORIGINAL)])).toEqual([]);
  });

  it('is left out of files that are not the application’s', async () => {
    const path = '/etc/order.ts';
    const sources = framesOf({ files: { [path]: 'secret' }, maps: { [COMPILED]: { [path]: 'secret' } } });
    expect(await sources.around([frameOf(path)], [frameOf(COMPILED)])).toEqual([]);
  });
});
