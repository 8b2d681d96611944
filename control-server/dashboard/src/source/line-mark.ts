/** What stands in the margin of a line. */
export interface LineMark {
  /** 1-based. */
  readonly lineNumber: number;
  /** Which drawing its breakpoint has; null for a line that has labels only. */
  readonly state:
    'pending' | 'waiting' | 'active' | 'throttled' | 'error' | 'expired' | 'off' | 'leaving' | null;
  /** Labels that were captured on this line. */
  readonly labelNames: readonly string[];
  /** The same in words. */
  readonly title: string;
}
