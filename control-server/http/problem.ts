import type { FastifyReply } from 'fastify';

/** Where the mistake is, for a form that wants to show it in place. */
export interface ProblemPlace {
  /** Name of the field, as a JSON Pointer without its first slash: `maxCaptures`, `captureExpressions/2`. */
  readonly field?: string;
  /** Offset in the text of the field, in characters. */
  readonly position?: number;
}

/** An answer that refuses: RFC 9457 problem+json with a stable code and the next step. Throw it from any handler. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly place: ProblemPlace;

  /**
   * @param status HTTP status
   * @param code stable, `snake_case`; scripts may rely on it
   * @param detail what happened and what to do next, for a person
   */
  constructor(
    status: number,
    code: string,
    detail: string,
    options: ErrorOptions & {
      readonly headers?: Readonly<Record<string, string>>;
      readonly place?: ProblemPlace;
    } = {},
  ) {
    super(detail, options);
    this.name = 'ProblemError';
    this.status = status;
    this.code = code;
    this.headers = options.headers ?? {};
    this.place = options.place ?? {};
  }
}

/**
 * The body of the answer: never a stack, never SQL, never a key.
 * @param requestId names the line of the log that says more
 */
export function encodeProblem(problem: ProblemError, requestId?: string): string {
  return JSON.stringify({
    type: 'about:blank',
    title: problem.code.replaceAll('_', ' '),
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    ...problem.place,
    ...(requestId === undefined ? {} : { requestId }),
  });
}

/** Sends the problem as the answer. */
export function sendProblem(reply: FastifyReply, problem: ProblemError): FastifyReply {
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .type('application/problem+json')
    .send(encodeProblem(problem, problem.status >= 500 ? reply.request.id : undefined));
}
