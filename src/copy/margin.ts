import { HARD_LIMITS } from '../protocol/limits.ts';
import type { CaptureLimits } from '../protocol/limits.ts';

/** Characters kept of a string beyond its limit, so that the scrubber sees a token whole before the cut. */
export const STRING_MARGIN = 4_096;

/** The limits by which a value is copied: those of the final cut, with the margin that scrubbing needs. */
export function withScrubMargin(limits: CaptureLimits): CaptureLimits {
  return {
    ...limits,
    maxStringLength: Math.min(limits.maxStringLength, HARD_LIMITS.maxStringLength) + STRING_MARGIN,
    maxPayloadBytes: limits.maxPayloadBytes * 2,
  };
}
