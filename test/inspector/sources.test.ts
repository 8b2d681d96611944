import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createScriptSourceMaps } from '../../src/capture/script-source-maps.ts';
import { createTurnBudget } from '../../src/capture/turn-budget.ts';
import { createSources } from '../../src/inspector/create-sources.ts';
import { listFiles } from '../../src/inspector/listed-files.ts';
import type { Script } from '../../src/inspector/script.ts';
import type { Sources } from '../../src/inspector/sources.ts';
import { MAX_SOURCE_CHARACTERS } from '../../src/protocol/source.ts';
import type { SourceAnswer } from '../../src/protocol/source.ts';
import { scrubSource } from '../../src/scrub/scrub-source.ts';
import { createSnapshotScrubber } from '../../src/scrub/snapshot-scrubber.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'stillframe-sources-')));
const load = createRequire(join(folder, 'main.cjs'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function sources(): Sources {
  const { scrubLines, scrubText } = createSnapshotScrubber({});
  return createSources({
    roots: [folder],
    isOwnCode: () => false,
    isStopped: () => false,
    sourceMaps: createScriptSourceMaps(
      createTurnBudget(1, () => performance.now()),
      performance.timeOrigin,
    ),
    startedAtMs: performance.timeOrigin,
    monotonicNow: () => performance.now(),
    later: (callback) => void setImmediate(callback),
    scrubText,
    scrubSource: (source) => scrubSource(source, scrubLines, () => Promise.resolve()),
    scrubVersion: null,
  });
}

/** The answer for a program of this text that was loaded. */
async function show(name: string, text: string): Promise<SourceAnswer> {
  writeFileSync(join(folder, name), text);
  load(`./${name}`);
  const room = sources();
  const tree = await room.answer({ kind: 'tree' });
  const file = tree.kind === 'tree' ? tree.files.find(({ path }) => path.endsWith(name)) : undefined;
  if (file === undefined) throw new Error('not listed');
  return room.answer({ kind: 'file', fileId: file.id });
}

const LINE = '// ann@shop.com\n';
const MARKED = '// [REDACTED:email]\n';
const MOST_LINES = Math.floor(MAX_SOURCE_CHARACTERS / MARKED.length);

describe('a file whose text grows when it is scrubbed', () => {
  it('is shown up to what an answer may hold', async () => {
    expect(await show('fits.cjs', LINE.repeat(MOST_LINES))).toMatchObject({
      kind: 'file',
      source: MARKED.repeat(MOST_LINES),
    });
  });

  it('is refused as too large beyond it', async () => {
    expect(await show('grows.cjs', LINE.repeat(MOST_LINES + 1))).toEqual({
      kind: 'refused',
      code: 'file_too_large',
    });
  });
});

it('keeps no source map of a list, which a loader may have written into every script', async () => {
  const map = `data:application/json;base64,${'A'.repeat(1_000)}`;
  const script: Script = {
    id: '1',
    url: `file://${folder}/a.ts`,
    isModule: true,
    isInMainContext: true,
    sourceMapUrl: map,
    hash: 'h',
    length: 1,
    startLine: 0,
    startColumn: 0,
    endLine: 0,
  };
  const [listed] = await listFiles([script], {
    files: { includes: () => true },
    sourceMaps: { read: () => Promise.resolve(null) },
    isOwnCode: () => false,
    isLate: () => false,
  });
  expect(listed).toEqual({
    id: expect.stringMatching(/^[\w-]{22}$/),
    path: join(folder, 'a.ts'),
    kind: 'loaded',
    scriptPath: join(folder, 'a.ts'),
    scriptUrl: script.url,
    hash: 'h',
  });
});
