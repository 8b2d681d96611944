import type { AgentEvent, AgentStatusEvent, BreakpointStatusEvent } from '../protocol/agent-event.ts';

/** Tells the server how the agent is: regularly, and soon after a change. */
export interface StatusReporter {
  start(): void;
  /** Sent with the next report, which is soon; the latest word on a breakpoint counts. */
  reportBreakpoint(event: BreakpointStatusEvent): void;
  /** Something changed that people watch. */
  reportSoon(): void;
  /** No report from here on but the last one. */
  close(): void;
  /** How the agent ends, after whatever was being said. Never rejects. */
  sayLastWord(): Promise<void>;
}

/** Changes within this time make one report. */
const GATHER_MS = 250;
/** The rest is in the next one: two thousand long reasons are more than the server takes in one request. */
const MAX_BREAKPOINTS_PER_REPORT = 500;

/**
 * @param deps.send sends the events; false when the server did not get them
 * @param deps.setTimer calls back once, keeps no process alive, and returns what stops it
 */
export function createStatusReporter(deps: {
  readonly intervalMs: number;
  readonly collect: () => AgentStatusEvent;
  readonly send: (events: readonly AgentEvent[]) => Promise<boolean>;
  readonly setTimer: (callback: () => void, delayMs: number) => () => void;
}): StatusReporter {
  let breakpoints = new Map<string, BreakpointStatusEvent>();
  let stopTimer: () => void = () => {};
  let isSoon = false;
  let isStarted = false;
  let isSending = false;
  let reporting: Promise<void> = Promise.resolve();

  function schedule(delayMs: number): void {
    stopTimer();
    stopTimer = deps.setTimer(() => {
      reporting = report();
    }, delayMs);
  }

  /** Async as a whole: what `collect` throws must not end the host's process either. */
  async function sendReport(events: readonly BreakpointStatusEvent[]): Promise<boolean> {
    return deps.send([deps.collect(), ...events]);
  }

  async function report(): Promise<void> {
    isSoon = false;
    isSending = true;
    const sent = [...breakpoints].slice(0, MAX_BREAKPOINTS_PER_REPORT);
    for (const [id] of sent) breakpoints.delete(id);
    const arrived = await sendReport(sent.map(([, event]) => event)).catch(() => false);
    isSending = false;
    // What did not arrive is said again, unless there is newer word on that breakpoint.
    if (!arrived) breakpoints = new Map([...sent, ...breakpoints]);
    else if (breakpoints.size > 0) isSoon = true;
    if (isStarted) schedule(isSoon ? GATHER_MS : deps.intervalMs);
  }

  function reportSoon(): void {
    if (isSoon || !isStarted) return;
    isSoon = true;
    if (!isSending) schedule(GATHER_MS);
  }

  return {
    start() {
      isStarted = true;
      reportSoon();
    },
    reportBreakpoint(event) {
      breakpoints.set(event.breakpointId, event);
      reportSoon();
    },
    reportSoon,
    close() {
      isStarted = false;
      stopTimer();
    },
    async sayLastWord() {
      await reporting;
      await report();
    },
  };
}
