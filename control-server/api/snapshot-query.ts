import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { TLiteral, TOptional, TString, TUnion } from 'typebox';
import type { SnapshotQuery } from '../../src/protocol/api.ts';
import {
  MAX_ENVIRONMENT_LENGTH,
  MAX_LABEL_LENGTH,
  MAX_SERVICE_NAME_LENGTH,
} from '../../src/protocol/limits.ts';
import { ProblemError } from '../http/problem.ts';
import { seesValues } from './access.ts';

type TextFilter = TOptional<TString>;
type ChoiceFilter<A extends string, B extends string> = TOptional<TUnion<[TLiteral<A>, TLiteral<B>]>>;
type TextFilterName =
  | 'service'
  | 'environment'
  | 'label'
  | 'breakpoint'
  | 'instance'
  | 'flag'
  | 'trace'
  | 'file'
  | 'q'
  | 'from'
  | 'to';

/** The schema of each filter. */
export interface SnapshotFilterSchemas extends Readonly<Record<TextFilterName, TextFilter>> {
  readonly mode: ChoiceFilter<'snapshot', 'logpoint'>;
  readonly pinned: ChoiceFilter<'true', 'false'>;
  readonly searchIn: ChoiceFilter<'place', 'all'>;
}

/** The filters as a query says them. */
export type SnapshotFilters = { readonly [Name in TextFilterName]?: string } & {
  readonly mode?: 'snapshot' | 'logpoint';
  readonly pinned?: 'true' | 'false';
  readonly searchIn?: 'place' | 'all';
};

const MAX_PATH_LENGTH = 512;
const filter = (maxLength: number, description?: string) =>
  Type.Optional(
    Type.String({ minLength: 1, maxLength, ...(description === undefined ? {} : { description }) }),
  );
const instant = Type.Optional(Type.String({ format: 'date-time', description: 'Of receivedAt' }));

/** What a list and an export can be narrowed to; each of it together with any other. */
export const SNAPSHOT_FILTERS: SnapshotFilterSchemas = {
  service: filter(MAX_SERVICE_NAME_LENGTH),
  environment: filter(MAX_ENVIRONMENT_LENGTH),
  label: filter(MAX_LABEL_LENGTH),
  breakpoint: filter(64),
  instance: filter(128),
  flag: filter(64, 'A scrub type that acted: email, password, …'),
  trace: filter(128),
  file: filter(MAX_PATH_LENGTH, 'The whole path, as a list shows it'),
  mode: Type.Optional(Type.Union([Type.Literal('snapshot'), Type.Literal('logpoint')])),
  pinned: Type.Optional(Type.Union([Type.Literal('true'), Type.Literal('false')])),
  q: filter(200, 'Words or beginnings of words, of which all have to be there'),
  searchIn: Type.Optional(
    Type.Union([Type.Literal('place'), Type.Literal('all')], {
      description:
        'Where q is looked for: label, function and file, or keys and values too, which is for those who may see values',
    }),
  ),
  from: instant,
  to: instant,
};

/**
 * The filters as the store takes them, instants in UTC. Who may not see values searches in places only, unless told.
 * @throws ProblemError 400 for an instant that does not exist, 403 `values_not_allowed`
 */
export function readFilters(
  request: FastifyRequest,
  { pinned, from, to, ...query }: SnapshotFilters,
): SnapshotQuery {
  const searchesValues = query.q !== undefined && query.searchIn !== 'place';
  if (searchesValues && !seesValues(request) && query.searchIn === 'all') throw valuesNotAllowed();
  return {
    ...query,
    ...(searchesValues && !seesValues(request) ? { searchIn: 'place' } : {}),
    ...(pinned === undefined ? {} : { pinned: pinned === 'true' }),
    ...(from === undefined ? {} : { from: toUtc('from', from) }),
    ...(to === undefined ? {} : { to: toUtc('to', to) }),
  };
}

/** The answer to who asks for values without the right to them. */
export function valuesNotAllowed(): ProblemError {
  return new ProblemError(
    403,
    'values_not_allowed',
    'Viewers see that something was captured, but not the values. Ask an administrator for the role "operator".',
  );
}

function toUtc(field: string, instantText: string): string {
  const time = Date.parse(instantText);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  // RFC 3339 allows a leap second, which JavaScript does not.
  throw new ProblemError(400, 'bad_request', `"${field}" is not an instant that exists.`, {
    place: { field },
  });
}
