import { Type } from 'typebox';
import type { Page, SnapshotQuery, SnapshotResource, SnapshotSummary } from '../../src/protocol/api.ts';
import { CODE_ORIGINS } from '../../src/protocol/code-origin.ts';
import {
  MAX_ENVIRONMENT_LENGTH,
  MAX_LABEL_LENGTH,
  MAX_SERVICE_NAME_LENGTH,
} from '../../src/protocol/limits.ts';
import type { App } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import { seesValues } from './access.ts';
import type { ApiDependencies } from './dependencies.ts';
import { answers, nothing } from './problem-answers.ts';

const tags = ['snapshots'];
const MAX_LIMIT = 500;
const filter = (maxLength: number, description?: string) =>
  Type.Optional(
    Type.String({ minLength: 1, maxLength, ...(description === undefined ? {} : { description }) }),
  );
const instant = Type.Optional(Type.String({ format: 'date-time' }));
const querystring = Type.Object(
  {
    service: filter(MAX_SERVICE_NAME_LENGTH),
    environment: filter(MAX_ENVIRONMENT_LENGTH),
    label: filter(MAX_LABEL_LENGTH),
    breakpoint: filter(64),
    instance: filter(128),
    flag: filter(64, 'A scrub type that acted: email, password, …'),
    trace: filter(128),
    q: filter(200, 'Case-insensitive part of label, function, file or preview'),
    from: instant,
    to: instant,
    before: filter(200, 'Newest first, older than this cursor'),
    after: filter(200, 'Oldest first, newer than this cursor: for following'),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LIMIT })),
  },
  { additionalProperties: false },
);
const params = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) });
const orNull = Type.Union([Type.String(), Type.Null()]);
const summary = Type.Object({
  id: Type.String(),
  cursor: Type.String({ description: 'Opaque, for before= and after=' }),
  serviceName: Type.String(),
  environment: Type.String(),
  label: orNull,
  filePath: Type.String(),
  lineNumber: Type.Integer(),
  functionName: Type.String(),
  breakpointId: orNull,
  instanceId: orNull,
  traceId: orNull,
  mode: Type.Union([Type.Literal('snapshot'), Type.Literal('logpoint')]),
  capturedAt: Type.String(),
  receivedAt: Type.String(),
  preview: Type.String(),
  flags: Type.Array(Type.String()),
  sizeBytes: Type.Integer(),
});
const frame = Type.Object({
  functionName: Type.String({ description: 'Empty at top level' }),
  filePath: Type.String(),
  lineNumber: Type.Integer({ description: '1-based; 0 for functions of the engine' }),
  columnNumber: Type.Integer(),
  origin: Type.Union(
    CODE_ORIGINS.map((origin) => Type.Literal(origin)),
    { description: 'Whose code the frame runs' },
  ),
  isAsync: Type.Boolean({ description: 'The function awaits' }),
});
const snapshot = Type.Object(
  {
    id: Type.String(),
    receivedAt: Type.String(),
    sizeBytes: Type.Integer(),
    frames: Type.Array(frame, { description: 'The call stack, nearest first' }),
    variables: Type.Unknown(),
  },
  { additionalProperties: true, description: 'Everything that was captured' },
);
const MISSING = { 404: 'No such snapshot' };
const VALUES = { 403: 'Viewers do not see captured values (`values_not_allowed`)' };

/** What was captured. */
export function registerSnapshots(api: App, { store }: ApiDependencies): void {
  async function read(id: string, mayRead: boolean): Promise<SnapshotResource> {
    if (!mayRead) throw valuesNotAllowed();
    const found = await store.readSnapshot(id);
    if (found === null) throw noSuchSnapshot();
    return found;
  }

  api.get('/snapshots', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'A page of snapshots, the newest first',
      querystring,
      response: answers(
        { 200: Type.Object({ items: Type.Array(summary), nextCursor: orNull }) },
        { ...VALUES, 400: 'Bad request; `bad_cursor` for a cursor that is none' },
      ),
    },
    handler: async (request): Promise<Page<SnapshotSummary>> => {
      if (seesValues(request)) return store.listSnapshots(checkQuery(request.query));
      if (request.query.q !== undefined) throw valuesNotAllowed();
      const page = await store.listSnapshots(checkQuery(request.query));
      return { ...page, items: page.items.map((item) => ({ ...item, preview: '' })) };
    },
  });

  api.get('/snapshots/:id', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'One snapshot',
      params,
      response: answers({ 200: snapshot }, { ...MISSING, ...VALUES }),
    },
    handler: (request) => read(request.params.id, seesValues(request)),
  });

  api.get('/snapshots/:id/raw', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'One snapshot as a JSON file to keep',
      params,
      response: answers({ 200: snapshot }, { ...MISSING, ...VALUES }),
    },
    handler: async (request, reply) => {
      const found = await read(request.params.id, seesValues(request));
      // An attachment: no browser shows what strangers typed into a service as a page of this origin.
      const name = found.id.replace(/[^\w-]/g, '_');
      return reply
        .type('application/json')
        .header('content-disposition', `attachment; filename="snapshot-${name}.json"`)
        .serializer((body: string) => body)
        .send(JSON.stringify(found, null, 2));
    },
  });

  api.delete('/snapshots/:id', {
    config: { access: 'operator' },
    schema: {
      tags,
      summary: 'Remove a snapshot for good',
      params,
      response: answers({ 204: nothing('Removed') }, MISSING),
    },
    handler: async (request, reply) => {
      if (!(await store.deleteSnapshot(request.params.id))) throw noSuchSnapshot();
      return reply.code(204).send();
    },
  });
}

/** The query with its instants in UTC, so that the store can compare texts. */
function checkQuery(query: SnapshotQuery): SnapshotQuery {
  if (query.before !== undefined && query.after !== undefined) {
    throw new ProblemError(400, 'bad_request', 'A page lies "before" a cursor or "after" it, not both.', {
      place: { field: 'before' },
    });
  }
  return {
    ...query,
    ...(query.from === undefined ? {} : { from: toUtc('from', query.from) }),
    ...(query.to === undefined ? {} : { to: toUtc('to', query.to) }),
  };
}

function toUtc(field: string, instantText: string): string {
  const time = Date.parse(instantText);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  // RFC 3339 allows a leap second, which JavaScript does not.
  throw new ProblemError(400, 'bad_request', `"${field}" is not an instant that exists.`, {
    place: { field },
  });
}

function valuesNotAllowed(): ProblemError {
  return new ProblemError(
    403,
    'values_not_allowed',
    'Viewers see that something was captured, but not the values. Ask an administrator for the role "operator".',
  );
}

function noSuchSnapshot(): ProblemError {
  return new ProblemError(
    404,
    'snapshot_not_found',
    'There is no snapshot with this id. It may have aged out.',
  );
}
