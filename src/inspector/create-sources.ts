import { MAX_SOURCE_CHARACTERS } from '../protocol/source.ts';
import type { LoadedFile, SourceAnswer, SourceRefusal, SourceWanted } from '../protocol/source.ts';
import { createApplicationFiles } from './application-files.ts';
import { createDebuggerSession } from './debugger-session.ts';
import { readShownText } from './file-text.ts';
import { createGovernor } from './governor.ts';
import { listFiles } from './listed-files.ts';
import type { FileList, ListedFile } from './listed-files.ts';
import { createOwnCost } from './own-cost.ts';
import { newerOf } from './script.ts';
import type { Script } from './script.ts';
import type { SourceDependencies, Sources } from './sources.ts';

/** Questions that wait; a person asks one after the other. */
const MAX_WAITING = 8;
/** Who asked does not wait longer: source maps that were not read by then stay unread. */
const MAX_LIST_MS = 2_000;
/**
 * The part of the thread's time that questions may take in the long run, and how long that is saved up: a person who opens a
 * large bundle and some of its files never comes to the end of it.
 */
const SHARE = 0.1;
const WINDOW_MS = 20_000;
/** The longest that a question waits for the share: who asked does not wait longer. */
const MAX_DEBT_MS = 2_000;
/** The part that turning the debugger on may take while somebody browses, and the longest rest for it. */
const DEBUGGER_SHARE = 0.05;
const MAX_REST_MS = 500;
/** UTF-8 takes up to four bytes for one character. */
const MAX_FILE_BYTES = 4 * MAX_SOURCE_CHARACTERS;

/**
 * Shows the files of the application that V8 runs, by ids of its own list: no path from outside is ever opened. V8 names its
 * scripts only while its debugger is on, so that is turned on for a moment, with no breakpoint in it.
 */
export function createSources(deps: SourceDependencies): Sources {
  const files = createApplicationFiles(deps.roots, MAX_FILE_BYTES);
  let found: Script[] = [];
  const session = createDebuggerSession({
    monotonicNow: deps.monotonicNow,
    onScript: (script) => void found.push(script),
  });
  let listed: ReadonlyMap<string, ListedFile> = new Map();
  let waiting = 0;
  let last: Promise<unknown> = Promise.resolve();
  let restsUntilMs = 0;
  const governor = createGovernor(SHARE, WINDOW_MS);
  const ownCost = createOwnCost(deps.majorPageFaults);
  const { budget } = deps;
  const breathe = (): Promise<void> => (budget.isSpent() ? budget.nextTurn() : Promise.resolve());

  /** Looks at the scripts that run, for no longer than `look` takes. Null when there is no debugger to look with. */
  async function withScripts<T>(look: (scripts: readonly Script[]) => T): Promise<T | null> {
    await rest(restsUntilMs - deps.monotonicNow());
    if (deps.isStopped()) return null;
    const startMs = deps.monotonicNow();
    const formerWorkMs = deps.threadCpuMs();
    found = [];
    const refused = session.turnOn();
    try {
      return refused === null ? look(found) : null;
    } finally {
      session.turnOff();
      found = [];
      const endMs = deps.monotonicNow();
      const costMs = ownCost.ofMs(endMs - startMs, deps.threadCpuMs() - formerWorkMs);
      restsUntilMs = endMs + Math.min(MAX_REST_MS, costMs / DEBUGGER_SHARE);
      governor.spend(costMs, endMs);
      budget.renew();
    }
  }

  async function rest(restMs: number): Promise<void> {
    if (restMs > 0) await new Promise<void>((resolve) => deps.later(resolve, Math.ceil(restMs)));
    budget.renew();
  }

  async function readList(): Promise<FileList | null> {
    const scripts = await withScripts((all) => all);
    if (scripts === null) return null;
    await budget.nextTurn();
    const deadlineMs = deps.monotonicNow() + MAX_LIST_MS;
    const { sourceMaps, isOwnCode } = deps;
    const isLate = (): boolean => deps.isStopped() || deps.monotonicNow() > deadlineMs;
    const list = await listFiles(scripts, { files, sourceMaps, isOwnCode, isLate, breathe });
    listed = new Map(list.files.map((file) => [file.id, file]));
    return list;
  }

  async function answerTree(): Promise<SourceAnswer> {
    const list = await readList();
    if (list === null) return refuse('inspector_unavailable');
    const { omittedFiles, unreadMaps } = list;
    const shown: LoadedFile[] = [];
    for (const file of list.files) {
      shown.push(describe(file));
      await breathe();
    }
    return { kind: 'tree', files: shown, omittedFiles, unreadMaps };
  }

  async function answerFile(fileId: string): Promise<SourceAnswer> {
    if (!listed.has(fileId) && (await readList()) === null) return refuse('inspector_unavailable');
    const file = listed.get(fileId);
    if (file === undefined) return refuse('unknown_file');
    const running = await withScripts((scripts) => readRunning(file, scripts));
    if (running === null) return refuse('inspector_unavailable');
    if (typeof running === 'string') return refuse(running);
    // To hand over the text of a large script took V8 milliseconds.
    await budget.nextTurn();
    const shown = await readShownText(file, running, {
      files,
      sourceMaps: deps.sourceMaps,
      startedAtMs: deps.startedAtMs,
    });
    if (shown === null) return refuse('source_unavailable');
    if (shown.text.length > MAX_SOURCE_CHARACTERS) return refuse('file_too_large');
    const { text, types, cutLines } = await deps.scrubSource(shown.text);
    // A marker may be longer than what it stands for.
    if (text.length > MAX_SOURCE_CHARACTERS) return refuse('file_too_large');
    return {
      kind: 'file',
      file: describe({ ...file, hash: running.script.hash }),
      source: text,
      redacted: types,
      cutLines,
      isStale: shown.isStale,
      scrubbed: deps.scrubVersion === null ? null : { version: deps.scrubVersion },
    };
  }

  /** The newest script of the file: it may have been loaded again since it was listed. */
  function readRunning(
    file: ListedFile,
    scripts: readonly Script[],
  ): { readonly script: Script; readonly text: string } | SourceRefusal {
    const script = scripts.filter(({ url }) => url === file.scriptUrl).reduce(newerOf, null);
    if (script === null) return 'unknown_file';
    if (file.kind === 'original') return { script, text: '' };
    // V8 makes one text of it.
    if (script.length > MAX_SOURCE_CHARACTERS) return 'file_too_large';
    return { script, text: session.sourceOf(script.id) };
  }

  function describe(file: ListedFile): LoadedFile {
    return {
      id: file.id,
      path: deps.scrubText(file.path),
      kind: file.kind,
      compiledPath: file.kind === 'original' ? deps.scrubText(file.scriptPath) : null,
      hash: file.hash === '' ? null : file.hash,
    };
  }

  async function answerAfter(before: Promise<unknown>, wanted: SourceWanted): Promise<SourceAnswer> {
    try {
      await before;
      const debtMs = governor.debtMs(deps.monotonicNow());
      if (debtMs > MAX_DEBT_MS) return refuse('too_many_requests');
      await rest(debtMs);
      const formerMs = budget.spentMs;
      try {
        return await (wanted.kind === 'tree' ? answerTree() : answerFile(wanted.fileId));
      } finally {
        governor.spend(budget.spentMs - formerMs, deps.monotonicNow());
      }
    } catch {
      return refuse('source_unavailable');
    } finally {
      waiting -= 1;
    }
  }

  return {
    async answer(wanted) {
      if (waiting >= MAX_WAITING) return refuse('too_many_requests');
      waiting += 1;
      const answered = answerAfter(last, wanted);
      // When it ended, and not the answer: that may have megabytes.
      last = answered.then(() => undefined);
      return answered;
    },
  };
}

function refuse(code: SourceRefusal): SourceAnswer {
  return { kind: 'refused', code };
}
