import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import type { SnapshotQuery, SnapshotResource } from '../../src/protocol/api.ts';
import type { SnapshotPage } from '../../src/protocol/api-snapshots.ts';
import type { App } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import { seesValues } from './access.ts';
import { record, recorded } from './audit-trail.ts';
import type { ApiDependencies } from './dependencies.ts';
import { answers, nothing } from './problem-answers.ts';
import { readFilters, SNAPSHOT_FILTERS, valuesNotAllowed } from './snapshot-query.ts';
import { SNAPSHOT, SNAPSHOT_PAGE, SNAPSHOT_PARAMS } from './snapshot-schemas.ts';

const tags = ['snapshots'];
const MAX_LIMIT = 500;
const querystring = Type.Object(
  {
    ...SNAPSHOT_FILTERS,
    before: Type.Optional(
      Type.String({ minLength: 1, maxLength: 200, description: 'Newest first, older than this cursor' }),
    ),
    after: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 200,
        description: 'Oldest first, newer than this cursor: for following',
      }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_LIMIT })),
  },
  { additionalProperties: false },
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
        { 200: SNAPSHOT_PAGE },
        { ...VALUES, 400: 'Bad request; `bad_cursor` for a cursor that is none' },
      ),
    },
    handler: async (request): Promise<SnapshotPage> => {
      const page = await store.listSnapshots(readQuery(request));
      return seesValues(request)
        ? page
        : { ...page, items: page.items.map((item) => ({ ...item, preview: '' })) };
    },
  });

  api.get('/snapshots/:id', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'One snapshot',
      params: SNAPSHOT_PARAMS,
      response: answers({ 200: SNAPSHOT }, { ...MISSING, ...VALUES }),
    },
    handler: async (request) => {
      const found = await read(request.params.id, seesValues(request));
      await record(request, 'snapshot.view', `snapshot/${found.id}`);
      return found;
    },
  });

  api.get('/snapshots/:id/raw', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'One snapshot as a JSON file to keep',
      params: SNAPSHOT_PARAMS,
      response: answers({ 200: SNAPSHOT }, { ...MISSING, ...VALUES }),
    },
    handler: async (request, reply) => {
      const found = await read(request.params.id, seesValues(request));
      await record(request, 'snapshot.download', `snapshot/${found.id}`);
      // An attachment: no browser shows what strangers typed into a service as a page of this origin.
      const name = found.id.replace(/[^\w-]/g, '_');
      return reply
        .type('application/json')
        .header('content-disposition', `attachment; filename="snapshot-${name}.json"`)
        .serializer((body: string) => body)
        .send(JSON.stringify(found, null, 2));
    },
  });

  for (const isPinned of [true, false]) {
    api.route({
      method: isPinned ? 'PUT' : 'DELETE',
      url: '/snapshots/:id/pin',
      config: { access: 'operator' },
      schema: {
        tags,
        summary: isPinned
          ? 'Keep a snapshot from retention; again: no change'
          : 'Leave a snapshot to retention again',
        params: SNAPSHOT_PARAMS,
        response: answers(
          { 204: nothing(isPinned ? 'Pinned' : 'No longer pinned') },
          {
            ...MISSING,
            ...(isPinned ? { 409: 'Pinned snapshots have no more bytes left (`too_many_pinned`)' } : {}),
          },
        ),
      },
      handler: async (request, reply) => {
        const changes = recorded(request, isPinned ? 'snapshot.pin' : 'snapshot.unpin');
        if (!(await changes.pinSnapshot(request.params.id, isPinned))) throw noSuchSnapshot();
        return reply.code(204).send();
      },
    });
  }

  api.delete('/snapshots/:id', {
    config: { access: 'operator' },
    schema: {
      tags,
      summary: 'Remove a snapshot for good',
      params: SNAPSHOT_PARAMS,
      response: answers({ 204: nothing('Removed') }, MISSING),
    },
    handler: async (request, reply) => {
      const changes = recorded(request, 'snapshot.delete');
      if (!(await changes.deleteSnapshot(request.params.id))) throw noSuchSnapshot();
      return reply.code(204).send();
    },
  });
}

/** The filters, and which page of what they leave. */
function readQuery(request: FastifyRequest<{ Querystring: Static<typeof querystring> }>): SnapshotQuery {
  const { before, after, limit, ...filters } = request.query;
  if (before !== undefined && after !== undefined) {
    throw new ProblemError(400, 'bad_request', 'A page lies "before" a cursor or "after" it, not both.', {
      place: { field: 'before' },
    });
  }
  return {
    ...readFilters(request, filters),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    ...(limit === undefined ? {} : { limit }),
  };
}

/** The answer to an id that belongs to nothing. */
function noSuchSnapshot(): ProblemError {
  return new ProblemError(
    404,
    'snapshot_not_found',
    'There is no snapshot with this id. It may have aged out.',
  );
}
