import { ProblemError } from '../http/problem.ts';

/** The answer to who has to wait before the next password. */
export function tooManyAttempts(waitMs: number): ProblemError {
  const seconds = Math.ceil(waitMs / 1_000);
  return new ProblemError(429, 'too_many_attempts', `Too many attempts. Try again in ${seconds} s.`, {
    headers: { 'retry-after': String(seconds) },
  });
}
