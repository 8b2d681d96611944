/** Which drawing a breakpoint has. */
export type MarkState =
  | 'pending'
  | 'waiting'
  | 'active'
  | 'throttled'
  | 'error'
  | 'expired'
  | 'off'
  | 'stopped'
  | 'silent'
  | 'leaving';

/** A mark within a line, in front of its column. */
export interface ColumnMark {
  /** 1-based. */
  readonly columnNumber: number;
  readonly state: MarkState;
  /** The same in words. */
  readonly title: string;
}

/** What stands in the margin of a line. */
export interface LineMark {
  /** 1-based. */
  readonly lineNumber: number;
  /** Which drawing its breakpoint has; null for a line that has labels only. */
  readonly state: MarkState | null;
  /** Labels that were captured on this line. */
  readonly labelNames: readonly string[];
  /** Its breakpoints that have a column, from the left to the right. */
  readonly columns: readonly ColumnMark[];
  /** The same in words. */
  readonly title: string;
}
