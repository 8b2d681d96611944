import { MAX_SERVICE_NAME_LENGTH } from '../../src/protocol/limits.ts';
import { isServiceName } from '../../src/protocol/service-name.ts';
import { ProblemError } from '../http/problem.ts';

/**
 * The service that the rest of a path names, already decoded once by the router. Old clients do not encode it: what
 * follows the prefix is the name, whatever slashes it holds.
 */
export function readServiceName(params: unknown): string {
  const name: unknown = typeof params === 'object' && params !== null && '*' in params ? params['*'] : '';
  if (typeof name === 'string' && isServiceName(name)) return name;
  throw new ProblemError(
    400,
    'bad_service_name',
    `A service name has 1 to ${MAX_SERVICE_NAME_LENGTH} characters and no control characters.`,
  );
}
