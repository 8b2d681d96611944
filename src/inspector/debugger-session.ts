import { Session, url } from 'node:inspector';
import type { Debugger } from 'node:inspector';
import { getHeapStatistics } from 'node:v8';
import { OWN_SCRIPT } from './hit-gateway.ts';
import { describeRefusedInspector } from './line-problem.ts';
import type { LineProblem } from './line-problem.ts';
import type { Place, Script } from './script.ts';

/**
 * V8's debugger for this thread, by a session of the same thread: nothing ever pauses, since every condition of ours yields
 * false, and the session is told to skip whatever else would stop it. The pauses of other sessions are theirs.
 */
export interface DebuggerSession {
  readonly isOn: boolean;
  /**
   * What turning it on costs, in milliseconds: V8 collects garbage for it. The less of the last two times, since a busy
   * machine takes longer; before there were two, by the size of the heap, since the first time takes longer too.
   */
  readonly turnOnMs: number;
  /**
   * Turns the debugger on; every script that runs is told to `onScript` before this returns, a later one before its first
   * statement runs. While it is on, `await` is several times slower.
   * @returns why it cannot be turned on, or null
   */
  turnOn(): LineProblem | null;
  /** Turns it off, and forgets every breakpoint in it. */
  turnOff(): void;
  /** Where V8 can stop in these lines, counted from 0, the last one excluded. V8 compiles their functions for it. */
  placesBetween(scriptId: string, fromLine: number, toLine: number): readonly Place[];
  /** The same within one line, between two columns counted from 0, the last one excluded; null: to the end of the line, included. */
  placesWithin(scriptId: string, line: number, fromColumn: number, toColumn: number | null): readonly Place[];
  sourceOf(scriptId: string): string;
  /** True while Node's inspector is open, so that somebody may debug this process. */
  isInspectorOpen(): boolean;
  /** @returns the breakpoint and where V8 put it; null when V8 refuses it */
  install(place: Place, condition: string): Installed | null;
  remove(breakpointId: string): void;
  /** No breakpoint is hit any more, until the debugger is turned on anew. May be called in the middle of a hit. */
  mute(): void;
}

/** A breakpoint that V8 took. */
export interface Installed {
  readonly breakpointId: string;
  readonly actual: Place;
}

/** Measured on Node 22 and 24: 2 ms at 5 MB of heap, 18 at 97, 94 at 455. */
const TURN_ON_MS = 1;
const TURN_ON_MS_PER_BYTE = 0.2e-6;

/** A session that is off. */
export function createDebuggerSession(deps: {
  readonly monotonicNow: () => number;
  readonly onScript: (script: Script) => void;
}): DebuggerSession {
  let session: Session | null = null;
  let ownPlace: Debugger.Location | null = null;
  /** Of the last two times but the first. */
  const timesMs: number[] = [];
  let isFirst = true;

  function open(): Session {
    const opened = new Session();
    opened.connect();
    opened.on('Debugger.scriptParsed', ({ params }) => {
      if (params.url === OWN_SCRIPT) ownPlace = { scriptId: params.scriptId, lineNumber: 0 };
      else deps.onScript(describe(params));
    });
    return opened;
  }

  /** A session of the same thread answers before `post` returns. */
  function ask<T>(
    send: (session: Session, answer: (error: Error | null, result?: T) => void) => void,
  ): T | null {
    let answered: T | null = null;
    if (session !== null) {
      send(session, (error, result) => {
        if (error === null) answered = result ?? null;
      });
    }
    return answered;
  }

  function findPlaces(start: Debugger.Location, end: Debugger.Location): Place[] {
    settleCompiler();
    const found = ask<Debugger.GetPossibleBreakpointsReturnType>((on, answer) =>
      on.post('Debugger.getPossibleBreakpoints', { start, end }, answer),
    );
    return (found?.locations ?? []).map(toPlace);
  }

  return {
    get isOn() {
      return session !== null;
    },
    get turnOnMs() {
      if (timesMs.length === 2) return Math.min(...timesMs);
      const { used_heap_size: usedBytes } = getHeapStatistics();
      return TURN_ON_MS + usedBytes * TURN_ON_MS_PER_BYTE;
    },
    turnOn() {
      if (session !== null) return null;
      const startMs = deps.monotonicNow();
      try {
        const opened = open();
        session = opened;
        opened.post('Debugger.setSkipAllPauses', { skip: true }, ignore);
        let failure: Error | null = null;
        // Each evaluated condition is a script, which V8 would keep for a debugger that wants to show it.
        opened.post('Debugger.enable', { maxScriptsCacheSize: 0 }, (error) => (failure = error));
        if (failure !== null) throw new Error('the debugger cannot be enabled', { cause: failure });
        // Before `enable` V8 does not take it.
        opened.post('Debugger.setSkipAllPauses', { skip: true }, ignore);
      } catch (error) {
        close();
        return describeRefusedInspector(error);
      }
      if (!isFirst) timesMs.push(deps.monotonicNow() - startMs);
      if (timesMs.length > 2) timesMs.shift();
      isFirst = false;
      return null;
    },
    turnOff: close,
    placesBetween: (scriptId, fromLine, toLine) =>
      findPlaces(
        { scriptId, lineNumber: fromLine, columnNumber: 0 },
        { scriptId, lineNumber: toLine, columnNumber: 0 },
      ),
    placesWithin: (scriptId, line, fromColumn, toColumn) =>
      findPlaces(
        { scriptId, lineNumber: line, columnNumber: fromColumn },
        toColumn === null
          ? { scriptId, lineNumber: line + 1, columnNumber: 0 }
          : { scriptId, lineNumber: line, columnNumber: toColumn },
      ),
    sourceOf(scriptId) {
      return (
        ask<Debugger.GetScriptSourceReturnType>((on, answer) =>
          on.post('Debugger.getScriptSource', { scriptId }, answer),
        )?.scriptSource ?? ''
      );
    },
    isInspectorOpen: () => url() !== undefined,
    install({ scriptId, line, column }, condition) {
      settleCompiler();
      const location = { scriptId, lineNumber: line, columnNumber: column };
      const taken = ask<Debugger.SetBreakpointReturnType>((on, answer) =>
        on.post('Debugger.setBreakpoint', { location, condition }, answer),
      );
      return taken === null
        ? null
        : { breakpointId: taken.breakpointId, actual: toPlace(taken.actualLocation) };
    },
    remove(breakpointId) {
      session?.post('Debugger.removeBreakpoint', { breakpointId }, ignore);
    },
    mute() {
      session?.post('Debugger.setBreakpointsActive', { active: false }, ignore);
    },
  };

  /**
   * Makes V8 end what its optimising compiler does in other threads. It does so itself when a breakpoint is put into a
   * function, but only after it marked the function: a compilation that is about to inline that function in between ends
   * the process (`inlineability == kHasOptimizationDisabled`), about once in 900 breakpoints on a line that hot code inlines.
   * So a breakpoint goes into the top level of our own script first, which has run and is inlined nowhere, and away again.
   */
  function settleCompiler(): void {
    if (session === null || ownPlace === null) return;
    const location = ownPlace;
    const taken = ask<Debugger.SetBreakpointReturnType>((on, answer) =>
      on.post('Debugger.setBreakpoint', { location, condition: 'false' }, answer),
    );
    if (taken !== null)
      session.post('Debugger.removeBreakpoint', { breakpointId: taken.breakpointId }, ignore);
  }

  function close(): void {
    const closing = session;
    session = null;
    try {
      closing?.post('Debugger.disable', ignore);
      closing?.disconnect();
    } catch {
      // Already gone with its thread.
    }
  }
}

/** V8 throws nothing back when nobody waits for the answer. */
function ignore(): void {}

function describe(params: Debugger.ScriptParsedEventDataType): Script {
  const context: { readonly isDefault?: unknown } | undefined = params.executionContextAuxData;
  return {
    id: params.scriptId,
    url: params.url,
    isModule: params.isModule === true,
    isInMainContext: context?.isDefault === true,
    sourceMapUrl: params.sourceMapURL ?? '',
    hash: params.hash,
    length: params.length ?? 0,
    startLine: params.startLine,
    startColumn: params.startColumn,
    endLine: params.endLine,
  };
}

function toPlace({ scriptId, lineNumber, columnNumber = 0, type }: Debugger.BreakLocation): Place {
  return { scriptId, line: lineNumber, column: columnNumber, isReturn: type === 'return' };
}
