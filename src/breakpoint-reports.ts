import type { BreakpointStatusEvent } from './protocol/agent-event.ts';

/** The last word on each breakpoint, kept for a server that has forgotten it. */
export interface BreakpointReports {
  /** The agent knows of this breakpoint. Said unless there was word on it before. */
  received(breakpointId: string): void;
  say(event: BreakpointStatusEvent): void;
  /** Says the last word on every breakpoint once more. */
  sayAgain(): void;
  /** Forgets the breakpoints that are no more. */
  keepOnly(present: ReadonlyMap<string, unknown>): void;
}

/** @param send hands a word to the next report */
export function createBreakpointReports(send: (event: BreakpointStatusEvent) => void): BreakpointReports {
  const words = new Map<string, BreakpointStatusEvent>();

  function say(event: BreakpointStatusEvent): void {
    words.set(event.breakpointId, event);
    send(event);
  }

  return {
    received(breakpointId) {
      if (words.has(breakpointId)) return;
      say({ type: 'breakpoint_status', breakpointId, state: 'received', reason: null });
    },
    say,
    sayAgain() {
      for (const event of words.values()) send(event);
    },
    keepOnly(present) {
      for (const id of words.keys()) if (!present.has(id)) words.delete(id);
    },
  };
}
