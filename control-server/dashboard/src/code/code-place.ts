import { servicePath } from '../routes.ts';
import type { ServiceAddress } from '../routes.ts';

/** What of the code is shown, as the address says it. */
export interface CodePlace {
  /** Whole path; null while no file is chosen. */
  readonly file: string | null;
  readonly line: number | null;
  /** The instance whose code it is; null for any. */
  readonly instance: string | null;
}

/** The place in the query of an address. */
export function readCodePlace(search: string): CodePlace {
  const parameters = new URLSearchParams(search);
  const line = Number(parameters.get('line'));
  return {
    file: parameters.get('file'),
    line: Number.isSafeInteger(line) && line > 0 ? line : null,
    instance: parameters.get('instance'),
  };
}

/** The address of a place in the code of a service. */
export function codePath(service: ServiceAddress, { file, line, instance }: CodePlace): string {
  const parameters = new URLSearchParams();
  if (file !== null) parameters.set('file', file);
  if (line !== null) parameters.set('line', String(line));
  if (instance !== null) parameters.set('instance', instance);
  const search = parameters.toString();
  return servicePath(service, 'code') + (search === '' ? '' : `?${search}`);
}
