import { Readable } from 'node:stream';
import { Type } from 'typebox';
import type { App } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import { auditLines } from './audit-export.ts';
import { record } from './audit-trail.ts';
import type { ApiDependencies } from './dependencies.ts';
import { answers } from './problem-answers.ts';

const tags = ['audit'];
const filter = (maxLength: number, description?: string) =>
  Type.Optional(
    Type.String({ minLength: 1, maxLength, ...(description === undefined ? {} : { description }) }),
  );
const instant = Type.Optional(Type.String({ format: 'date-time' }));
const filters = {
  actor: filter(200, 'Name of a person or key'),
  action: filter(100, 'A whole action, or its subject with the dot: `key.`'),
  target: filter(300),
  from: instant,
  to: instant,
};
const querystring = Type.Object(
  {
    ...filters,
    cursor: filter(50, 'Older than this entry'),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
  },
  { additionalProperties: false },
);
const exportQuery = Type.Object(
  { ...filters, format: Type.Union([Type.Literal('ndjson'), Type.Literal('csv')]) },
  { additionalProperties: false },
);
const orNull = Type.Union([Type.String(), Type.Null()]);
const entry = Type.Object({
  id: Type.String({ description: 'Opaque, for cursor=' }),
  at: Type.String(),
  actor: Type.String(),
  actorKind: Type.Union(['person', 'token', 'local', 'key', 'system'].map((kind) => Type.Literal(kind))),
  ip: orNull,
  action: Type.String(),
  target: Type.String(),
  before: Type.Unknown(),
  after: Type.Unknown(),
  requestId: orNull,
});
const BAD_CURSOR = { 400: 'Bad request; `bad_cursor` for a cursor that is none' };
const CONTENT_TYPES = { ndjson: 'application/x-ndjson', csv: 'text/csv; charset=utf-8' } as const;

/** Who did what. Nothing here changes an entry. */
export function registerAudit(api: App, { store }: ApiDependencies): void {
  api.get('/audit', {
    config: { access: 'admin' },
    schema: {
      tags,
      summary: 'A page of the audit, the newest first',
      querystring,
      response: answers({ 200: Type.Object({ items: Type.Array(entry), nextCursor: orNull }) }, BAD_CURSOR),
    },
    handler: ({ query }) => store.listAudit(withUtc(query)),
  });

  api.get('/audit/export', {
    config: { access: 'admin' },
    schema: {
      tags,
      summary: 'The audit as a file, the newest first: NDJSON, or CSV that no spreadsheet takes for formulas',
      querystring: exportQuery,
      response: answers({
        200: {
          description: 'One entry a line',
          content: {
            'application/x-ndjson': { schema: Type.String() },
            'text/csv': { schema: Type.String() },
          },
        },
      }),
    },
    handler: async (request, reply) => {
      const { format, ...asked } = request.query;
      const query = withUtc(asked);
      await record(request, 'audit.export', 'audit', { after: { format, ...asked } });
      const lines = auditLines((cursor) => store.listAudit({ ...query, ...cursor, limit: 500 }), format);
      return reply
        .type(CONTENT_TYPES[format])
        .header('content-disposition', `attachment; filename="audit.${format}"`)
        .send(Readable.from(lines));
    },
  });
}

/** The query with its instants in UTC, so that the store can compare. */
function withUtc<T extends { readonly from?: string; readonly to?: string }>(query: T): T {
  const { from, to } = query;
  return {
    ...query,
    ...(from === undefined ? {} : { from: toUtc('from', from) }),
    ...(to === undefined ? {} : { to: toUtc('to', to) }),
  };
}

function toUtc(field: string, instantText: string): string {
  const time = Date.parse(instantText);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new ProblemError(400, 'bad_request', `"${field}" is not an instant that exists.`, {
    place: { field },
  });
}
