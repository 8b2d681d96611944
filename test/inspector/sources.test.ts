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
import type { SourceDependencies, Sources } from '../../src/inspector/sources.ts';
import { MAX_SOURCE_CHARACTERS } from '../../src/protocol/source.ts';
import type { SourceAnswer } from '../../src/protocol/source.ts';
import { scrubSource } from '../../src/scrub/scrub-source.ts';
import { createSnapshotScrubber } from '../../src/scrub/snapshot-scrubber.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'stillframe-sources-')));
const load = createRequire(join(folder, 'main.cjs'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** By a clock that stands still: a list that a busy machine holds up is cut short, and the next is refused for it. */
function dependencies(now: () => number = () => 0): SourceDependencies {
  // However busy the machine: a scrubber that has no time left gives lines up.
  const { scrubLines, scrubText } = createSnapshotScrubber({}, { budgetMs: 60_000 });
  const budget = createTurnBudget(1, now);
  return {
    roots: [folder],
    isOwnCode: () => false,
    isStopped: () => false,
    sourceMaps: createScriptSourceMaps(budget, performance.timeOrigin),
    budget,
    startedAtMs: performance.timeOrigin,
    monotonicNow: now,
    threadCpuMs: now,
    majorPageFaults: () => 0,
    later: (callback) => void setImmediate(callback),
    scrubText,
    scrubSource: (source) => scrubSource(source, scrubLines, () => Promise.resolve()),
    scrubVersion: null,
  };
}

/** The answer for a program of this text that was loaded. */
async function show(name: string, text: string): Promise<SourceAnswer> {
  writeFileSync(join(folder, name), text);
  load(`./${name}`);
  const room = createSources(dependencies());
  const tree = await room.answer({ kind: 'tree' });
  const file = tree.kind === 'tree' ? tree.files.find(({ path }) => path.endsWith(name)) : undefined;
  if (file === undefined) throw new Error('not listed');
  return room.answer({ kind: 'file', fileId: file.id });
}

const LINE = '// ann@shop.com\n';
const MARKED = '// [REDACTED:email]\n';
/** V8 collects the script of a module that leaves no function behind, and nobody can see it then. */
const LASTING = 'exports.lasting = () => 1;\n';
const MOST_LINES = Math.floor((MAX_SOURCE_CHARACTERS - LASTING.length) / MARKED.length);

describe('a file whose text grows when it is scrubbed', () => {
  it('is shown up to what an answer may hold', async () => {
    expect(await show('fits.cjs', LINE.repeat(MOST_LINES) + LASTING)).toMatchObject({
      kind: 'file',
      source: MARKED.repeat(MOST_LINES) + LASTING,
    });
  });

  it('is refused as too large beyond it', async () => {
    expect(await show('grows.cjs', LINE.repeat(MOST_LINES + 1) + LASTING)).toEqual({
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
  const {
    files: [listed],
  } = await listFiles([script], {
    files: { includes: () => true },
    sourceMaps: { read: () => Promise.resolve(null) },
    isOwnCode: () => false,
    isLate: () => false,
    breathe: () => Promise.resolve(),
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

describe('lists that are asked for without pause', () => {
  /** A room whose debugger takes so many milliseconds to turn on, by a clock that only it and rests move. */
  function slowRoom(
    turnOnMs: number,
    workedMs: number = turnOnMs,
  ): { readonly room: Sources; readonly rests: number[] } {
    let nowMs = 0;
    let threadMs = 0;
    let asks = 0;
    const rests: number[] = [];
    const deps = dependencies(() => nowMs);
    const room = createSources({
      ...deps,
      isStopped() {
        asks = 1;
        return false;
      },
      // Asked next when the debugger is turned on, and then when it is off again.
      monotonicNow() {
        if (asks > 0 && ++asks === 4) {
          nowMs += turnOnMs;
          threadMs += workedMs;
        }
        return nowMs;
      },
      threadCpuMs: () => threadMs,
      later(callback, delayMs) {
        rests.push(delayMs);
        nowMs += delayMs;
        setImmediate(callback);
      },
    });
    return { room, rests };
  }

  it('take no more than a tenth of the thread in the long run', async () => {
    const { room, rests } = slowRoom(100);
    const codes: string[] = [];
    for (let index = 0; index < 100; index++) {
      const answer = await room.answer({ kind: 'tree' });
      codes.push(answer.kind === 'refused' ? answer.code : answer.kind);
    }
    const shown = codes.filter((code) => code === 'tree').length;
    const restedMs = rests.reduce((sum, restMs) => sum + restMs, 0);
    expect(new Set(codes)).toEqual(new Set(['tree']));
    // Two seconds are saved up.
    expect(shown * 100).toBeLessThanOrEqual(2_000 + 100 + 0.1 * (restedMs + shown * 100));
  });

  it('are refused at once where they would wait longer than who asks', async () => {
    const { room } = slowRoom(2_300);
    expect((await room.answer({ kind: 'tree' })).kind).toBe('tree');
    expect(await room.answer({ kind: 'tree' })).toEqual({ kind: 'refused', code: 'too_many_requests' });
  });

  it('are not charged with the time in which the system let the thread wait', async () => {
    const { room, rests } = slowRoom(60_000, 40);
    for (let index = 0; index < 3; index++) expect((await room.answer({ kind: 'tree' })).kind).toBe('tree');
    expect(rests.every((restMs) => restMs <= 500)).toBe(true);
  });
});
