import type { CaptureLimits } from '../protocol/limits.ts';

/** Characters kept of a string beyond its limit, so that the scrubber sees a token whole before the cut. */
export const STRING_MARGIN = 4_096;

/**
 * The same for a label: a thousand of them are kept for as long as the process lives. Enough for every secret of a
 * bounded length, and for the head by which a longer one is told.
 */
export const LABEL_MARGIN = 512;

/** The limits of one copy. */
export interface CopyLimits extends CaptureLimits {
  /**
   * How much of `maxStringLength` the final cut will take away again. It is not charged to the payload, so that a few
   * long strings with their margins do not crowd out values that the final cut has room for. Default 0.
   */
  readonly stringMargin?: number;
}

/** The limits by which a value is copied: those of the final cut, with the margin that scrubbing needs. */
export function withScrubMargin(limits: CaptureLimits): CopyLimits {
  return {
    ...limits,
    maxStringLength: limits.maxStringLength + STRING_MARGIN,
    maxPayloadBytes: limits.maxPayloadBytes * 2,
    stringMargin: STRING_MARGIN,
  };
}
