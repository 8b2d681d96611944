import { ApiError } from '../api-request.ts';

/** What a failure says to a person: what happened and what to do next. */
export function failureText(error: unknown): string {
  return error instanceof ApiError
    ? error.message
    : 'The dashboard ran into a fault of its own. Reload the page and try again.';
}
