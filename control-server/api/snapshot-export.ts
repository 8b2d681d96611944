import { Readable } from 'node:stream';
import { Type } from 'typebox';
import type { SnapshotQuery, SnapshotResource } from '../../src/protocol/api.ts';
import { encodeSnapshot } from '../../src/protocol/snapshot.ts';
import type { App } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import type { SnapshotStore } from '../store/snapshot-store.ts';
import { seesValues } from './access.ts';
import { record } from './audit-trail.ts';
import type { ApiDependencies } from './dependencies.ts';
import { answers } from './problem-answers.ts';
import { CSV_HEAD, toCsvLine } from './snapshot-csv.ts';
import { readFilters, SNAPSHOT_FILTERS, valuesNotAllowed } from './snapshot-query.ts';

/** Snapshots that are in memory at a time: of the largest, some megabytes. */
const PAGE_SIZE = 25;
/** Exports under way at once; further ones are asked to come back. */
const MAX_EXPORTS = 4;

/** How one kind of file is written. */
interface FileFormat {
  readonly mediaType: string;
  readonly head: string;
  readonly line: (snapshot: SnapshotResource, isFirst: boolean) => string;
  readonly foot: string;
}

const FORMATS: Readonly<Record<'ndjson' | 'json' | 'csv', FileFormat>> = {
  ndjson: {
    mediaType: 'application/x-ndjson; charset=utf-8',
    head: '',
    line: (snapshot) => `${toWire(snapshot)}\n`,
    foot: '',
  },
  // An array with one element a line, so that it can be read line by line too.
  json: {
    mediaType: 'application/json; charset=utf-8',
    head: '[',
    line: (snapshot, isFirst) => `${isFirst ? '\n' : ',\n'}${toWire(snapshot)}`,
    foot: '\n]\n',
  },
  csv: { mediaType: 'text/csv; charset=utf-8; header=present', head: CSV_HEAD, line: toCsvLine, foot: '' },
};

/** `GET /api/snapshots/export`: what a filter leaves, as a file. */
export function registerSnapshotExport(api: App, { store, now }: ApiDependencies): void {
  let underWay = 0;

  api.get('/snapshots/export', {
    config: { access: 'viewer' },
    schema: {
      tags: ['snapshots'],
      summary: 'All snapshots that the filters leave, the oldest first, as a file',
      querystring: Type.Object(
        {
          ...SNAPSHOT_FILTERS,
          format: Type.Optional(
            Type.Union([Type.Literal('ndjson'), Type.Literal('json'), Type.Literal('csv')], {
              description:
                'ndjson (default) and json are in the words of the agent protocol and can be imported',
            }),
          ),
        },
        { additionalProperties: false },
      ),
      response: answers(
        { 200: Type.String({ description: 'The file' }) },
        {
          403: 'Viewers do not see captured values (`values_not_allowed`)',
          429: 'Too many exports are under way (`too_busy`)',
        },
      ),
    },
    handler: async (request, reply) => {
      if (!seesValues(request)) throw valuesNotAllowed();
      if (underWay >= MAX_EXPORTS) throw tooBusy();
      const { format: name = 'ndjson', ...filters } = request.query;
      // What arrives later is not waited for: an export ends.
      const end = new Date(now() + 1).toISOString();
      const query = readFilters(request, filters);
      const to = query.to === undefined || query.to > end ? end : query.to;
      const format = FORMATS[name];
      // Which text was looked for may be a value itself.
      const { q, ...told } = filters;
      const after = { format: name, ...told, ...(q === undefined ? {} : { hasText: true }) };
      // Who asked may be gone by now, and would never give a place back.
      if (!reply.raw.closed) {
        underWay++;
        reply.raw.once('close', () => underWay--);
      }
      await record(request, 'snapshot.export', 'snapshots', { after });
      const file = Readable.from(writeFile(store, { ...query, to }, format), { objectMode: false });
      return (
        reply
          .type(format.mediaType)
          // An attachment: no browser shows what strangers typed into a service as a page of this origin.
          .header('content-disposition', `attachment; filename="snapshots.${name}"`)
          .send(file)
      );
    },
  });
}

/** The text of the file, a page at a time, each when the reader has taken the one before. */
async function* writeFile(
  store: Pick<SnapshotStore, 'readSnapshots'>,
  query: SnapshotQuery,
  format: FileFormat,
): AsyncGenerator<string> {
  let isFirst = true;
  let text = format.head;
  let after: string | null = 'sn-0';
  while (after !== null) {
    const page: Awaited<ReturnType<typeof store.readSnapshots>> = await store.readSnapshots({
      ...query,
      after,
      limit: PAGE_SIZE,
    });
    for (const snapshot of page.items) {
      text += format.line(snapshot, isFirst);
      isFirst = false;
    }
    if (text !== '') yield text;
    text = '';
    after = page.nextCursor;
  }
  if (format.foot !== '') yield format.foot;
}

/** As an agent would send it, and when it was received here. */
function toWire(snapshot: SnapshotResource): string {
  const { id, receivedAt } = snapshot;
  return JSON.stringify({ ...encodeSnapshot({ ...snapshot, snapshotId: id }), received_at: receivedAt });
}

function tooBusy(): ProblemError {
  return new ProblemError(429, 'too_busy', `At most ${MAX_EXPORTS} exports run at a time. Try again later.`, {
    headers: { 'retry-after': '10' },
  });
}
