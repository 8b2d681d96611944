import { randomFillSync } from 'node:crypto';
import { setTimeout as pass } from 'node:timers/promises';
import { compileBreakpoint } from '../../src/breakpoints/compiled-breakpoint.ts';
import { captureStack } from '../../src/capture/call-site.ts';
import { planCapture } from '../../src/capture/capture-plan.ts';
import { isOwnCode } from '../../src/capture/own-code.ts';
import { createRateLimiter } from '../../src/capture/rate-limiter.ts';
import { createScriptSourceMaps } from '../../src/capture/script-source-maps.ts';
import { createTurnBudget } from '../../src/capture/turn-budget.ts';
import { createTakeSnapshot } from '../../src/capture/take-snapshot.ts';
import type { TakenSnapshot } from '../../src/capture/take-snapshot.ts';
import type { CapturedSnapshot } from '../../src/copy/captured-snapshot.ts';
import { readMajorPageFaults, readThreadCpuMs } from '../../src/copy/node-intrinsics.ts';
import { applicationRoots } from '../../src/inspector/application-roots.ts';
import { createLineBreakpoints } from '../../src/inspector/create-line-breakpoints.ts';
import type { LineBreakpoints } from '../../src/inspector/line-breakpoints.ts';
import type { BreakpointStatusEvent } from '../../src/protocol/agent-event.ts';
import { parseBreakpoint } from '../../src/protocol/breakpoint.ts';
import { DEFAULT_LIMITS } from '../../src/protocol/limits.ts';

/** Line breakpoints on the program that makes them, with the real gates and the real copy behind them. */
export interface LinesInProcess {
  readonly lines: LineBreakpoints;
  readonly words: BreakpointStatusEvent[];
  readonly dropped: Record<string, number>;
  readonly captured: () => number;
  /** Sets these and no others, in wire names; resolves when each of them was spoken of. */
  set(breakpoints: readonly Readonly<Record<string, unknown>>[]): Promise<void>;
  /** Resolves when something was said. */
  untilWord(isWanted: (word: BreakpointStatusEvent) => boolean): Promise<BreakpointStatusEvent>;
  /** Milliseconds of each copy. */
  readonly copyMs: number[];
  /** What was captured since it was asked last, worked out now. */
  take(): CapturedSnapshot[];
}

/** An open gate, and no breakpoint yet. */
export function createLines(
  options: {
    readonly rateLimitMs?: number;
    readonly share?: number;
    readonly maxPerSecond?: number;
    /** By which the time of a copy is limited. */
    readonly copyNow?: () => number;
  } = {},
): LinesInProcess {
  const words: BreakpointStatusEvent[] = [];
  const dropped: Record<string, number> = {};
  const taken: TakenSnapshot[] = [];
  const copyMs: number[] = [];
  const takeSnapshot = createTakeSnapshot({
    limits: DEFAULT_LIMITS,
    monotonicNow: options.copyNow ?? (() => performance.now()),
    randomBytes: () => randomFillSync(new Uint8Array(10)),
    requests: null,
  });
  let captured = 0;
  const lines = createLineBreakpoints({
    roots: applicationRoots(process.cwd(), process.argv[1]),
    isOwnCode,
    rateLimitMs: options.rateLimitMs ?? 1_000,
    share: options.share ?? 0.01,
    rateLimiter: createRateLimiter(options.maxPerSecond ?? 25),
    plan: (compiled) => planCapture(compiled, DEFAULT_LIMITS, false),
    take(...moment) {
      const startMs = performance.now();
      const one = takeSnapshot(...moment);
      copyMs.push(performance.now() - startMs);
      return one;
    },
    captureStack,
    sourceMaps: createScriptSourceMaps(
      createTurnBudget(1, () => performance.now()),
      performance.timeOrigin,
    ),
    startedAtMs: performance.timeOrigin,
    now: Date.now,
    monotonicNow: () => performance.now(),
    threadCpuMs: readThreadCpuMs,
    majorPageFaults: readMajorPageFaults,
    later: (callback, delayMs) => void setTimeout(callback, delayMs).unref(),
    soon: (callback) => void setImmediate(callback),
    breathe: () => Promise.resolve(),
    count: (reason) => (dropped[reason] = (dropped[reason] ?? 0) + 1),
    submit: (one) => void taken.push(one),
    onTaken: () => (captured += 1),
    report: (event) => void words.push(event),
  });
  lines.setOpen(true);

  async function untilWord(
    isWanted: (word: BreakpointStatusEvent) => boolean,
  ): Promise<BreakpointStatusEvent> {
    for (;;) {
      const word = words.find(isWanted);
      if (word !== undefined) return word;
      await pass(2);
    }
  }

  return {
    lines,
    words,
    dropped,
    captured: () => captured,
    copyMs,
    async set(breakpoints) {
      words.splice(0);
      const compiled = breakpoints.map((fields) => {
        const breakpoint = parseBreakpoint(fields);
        if (breakpoint === null) throw new Error('not a breakpoint');
        return compileBreakpoint(breakpoint);
      });
      lines.follow(compiled);
      for (const { breakpoint } of compiled)
        await untilWord(({ breakpointId }) => breakpointId === breakpoint.id);
    },
    untilWord,
    take: () => taken.splice(0).map((one) => one.complete()),
  };
}
