import type { LineBreakpointCode } from '../protocol/agent-event.ts';

/** Why a line breakpoint cannot capture here, and what a person can do about it. */
export interface LineProblem {
  readonly code: LineBreakpointCode;
  /** What happened and the next step, in one or two sentences. Holds no value of the program. */
  readonly message: string;
}

/** True for a problem among what a search may come to. */
export function isProblem(value: object): value is LineProblem {
  return 'code' in value;
}

/** The problem as the reason of a breakpoint's state. */
export function reasonOf({ code, message }: LineProblem): string {
  return `${code}: ${message}`;
}

/** What Node says when it does not let a program debug itself. */
export function describeRefusedInspector(error: unknown): LineProblem {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === 'ERR_ACCESS_DENIED'
    ? {
        code: 'inspector_denied',
        message:
          'Node runs with --permission and without --allow-inspector. Start it with --allow-inspector, or use captureSnapshot.',
      }
    : {
        code: 'inspector_unavailable',
        message: 'This Node has no inspector, or it could not be opened. Use captureSnapshot.',
      };
}

/** What nobody thought of. */
export const UNFORESEEN: LineProblem = {
  code: 'internal',
  message: 'It could not be installed. Switch it off and on to try again.',
};
