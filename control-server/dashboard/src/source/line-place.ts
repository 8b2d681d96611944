/** One of several places on a line where it can be captured. */
export interface LinePlace {
  /** 1-based. */
  readonly columnNumber: number;
  /** What stands there. */
  readonly text: string;
}
