import type { CompiledBreakpoint } from '../breakpoints/compiled-breakpoint.ts';
import { withScrubMargin } from '../copy/margin.ts';
import type { CopyLimits } from '../copy/margin.ts';
import { HARD_LIMITS, MIN_PAYLOAD_BYTES } from '../protocol/limits.ts';
import type { CaptureLimits } from '../protocol/limits.ts';

/** What is to be done at one point: its breakpoint, with what this process made of it. */
export interface CapturePlan {
  readonly compiled: CompiledBreakpoint;
  readonly limits: CaptureLimits;
  /** The same for the copy, with the margin that scrubbing needs. */
  readonly copyLimits: CopyLimits;
  readonly expireAtMs: number;
  /** Captures left as far as this process knows; the server counts over all instances. */
  remaining: number;
}

/** The plan for a breakpoint under the agent's own limits. */
export function planCapture(
  compiled: CompiledBreakpoint,
  own: CaptureLimits,
  allowRemoteLimits: boolean,
): CapturePlan {
  const { breakpoint } = compiled;
  const bound = (remote: number | null, name: keyof CaptureLimits): number =>
    remote === null ? own[name] : Math.min(remote, allowRemoteLimits ? HARD_LIMITS[name] : own[name]);
  const limits: CaptureLimits = {
    ...own,
    maxDepth: bound(breakpoint.maxDepth, 'maxDepth'),
    maxPayloadBytes: Math.max(MIN_PAYLOAD_BYTES, bound(breakpoint.maxPayloadBytes, 'maxPayloadBytes')),
    // A logpoint shows where it stands, not how the program came there.
    maxFrames: breakpoint.mode === 'logpoint' ? 1 : bound(breakpoint.stackDepth, 'maxFrames'),
  };
  return {
    compiled,
    limits,
    copyLimits: withScrubMargin(limits),
    expireAtMs: breakpoint.expireAt === null ? Number.POSITIVE_INFINITY : Date.parse(breakpoint.expireAt),
    remaining:
      breakpoint.maxCaptures === 0
        ? Number.POSITIVE_INFINITY
        : Math.max(0, breakpoint.maxCaptures - breakpoint.captureCount),
  };
}
