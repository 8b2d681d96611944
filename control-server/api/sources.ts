import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { FileSource, ServiceFiles } from '../../src/protocol/api-source.ts';
import { SOURCE_KINDS, SOURCE_REFUSALS } from '../../src/protocol/source.ts';
import type { App } from '../http/app.ts';
import type { Asked } from '../sources/service-sources.ts';
import { seesValues } from './access.ts';
import { record } from './audit-trail.ts';
import type { ApiDependencies } from './dependencies.ts';
import { environment, serviceName } from './name-schema.ts';
import { answers } from './problem-answers.ts';
import { mergeFiles, whyNone } from './service-files.ts';
import { valuesNotAllowed } from './snapshot-query.ts';
import { noAgentOnline, noAnswer, refusedBy } from './source-problems.ts';

const tags = ['source'];
const orNull = Type.Union([Type.String(), Type.Null()]);
const kind = Type.Union(
  SOURCE_KINDS.map((one) => Type.Literal(one)),
  {
    description:
      '`loaded` runs as it is, `original` is what a file was compiled from, `compiled` runs in the stead of originals',
  },
);
const params = Type.Object({ service: serviceName });
const filter = {
  environment: Type.Optional(environment),
  instance: Type.Optional(
    Type.String({ minLength: 1, maxLength: 64, description: 'Only this instance; left out: all of them' }),
  ),
};
const serviceFiles = Type.Object({
  serviceName: Type.String(),
  files: Type.Array(
    Type.Object({
      id: Type.String({ description: 'For `file=` of the source; stays the same for the same path' }),
      path: Type.String({ description: 'What a line breakpoint takes as `filePath`' }),
      kind,
      compiledPath: orNull,
      versions: Type.Array(Type.Object({ hash: orNull, instanceIds: Type.Array(Type.String()) }), {
        description: 'Which code runs where; more than one: instances run different code',
      }),
    }),
  ),
  omittedFiles: Type.Integer({
    description: 'Files beyond the 2,000 of a list, the most of one instance; at least so many',
  }),
  unreadMaps: Type.Integer({
    description:
      'Source maps that no time was left for, or that are too large: their originals are not listed',
  }),
  instances: Type.Array(
    Type.Object({
      instanceId: Type.String(),
      environment: Type.String(),
      host: orNull,
      release: orNull,
      commit: orNull,
      state: Type.Union(
        (['answered', 'refused', 'no_answer', 'not_asked'] as const).map((one) => Type.Literal(one)),
      ),
      reason: Type.Union([...SOURCE_REFUSALS.map((one) => Type.Literal(one)), Type.Null()]),
      detail: orNull,
    }),
  ),
  hasDifferentCode: Type.Boolean(),
  answeredAt: Type.String(),
});
const fileSource = Type.Object({
  serviceName: Type.String(),
  environment: Type.String(),
  instanceId: Type.String(),
  id: Type.String(),
  path: Type.String(),
  kind,
  compiledPath: orNull,
  hash: orNull,
  source: Type.String({ description: 'Scrubbed; as many lines as the file has' }),
  lineCount: Type.Integer(),
  redacted: Type.Array(Type.String(), { description: 'Scrub types that acted' }),
  cutLines: Type.Integer({ description: 'Lines too long to be shown whole' }),
  isStale: Type.Boolean({ description: 'The file changed after the process had started' }),
});
const REFUSALS = {
  403: 'Viewers do not see captured values, nor source (`values_not_allowed`)',
  409: 'Nobody can be asked (`no_agent_online`), or those who were do not show it (`source_access_off`, `killed`, `inspector_unavailable`, `source_unavailable`, `file_too_large`)',
  429: 'Too many questions are under way (`too_many_requests`)',
  504: 'Nobody answered in time (`no_answer`)',
};

/** The code that services run, asked of their agents: nothing of it is stored. */
export function registerSources(api: App, { sources, now }: ApiDependencies): void {
  async function readFile(
    request: FastifyRequest<{
      Params: { service: string };
      Querystring: { file: string; environment?: string; instance?: string };
    }>,
  ): Promise<Asked> {
    const { file, environment: wanted, instance } = request.query;
    const asked = await sources.listFiles({
      serviceName: request.params.service,
      environment: wanted ?? null,
      instanceId: instance ?? null,
    });
    const holders = asked.filter(({ answer }) => typeof answer === 'object' && answer?.kind === 'tree');
    const [first] = holders;
    if (first === undefined) throw whyNone(asked);
    const holder = holders.find(({ answer }) => listsFile(answer, file)) ?? null;
    if (holder === null) throw refusedBy('unknown_file');
    return sources.readFile(holder.agent, file);
  }

  api.get('/services/:service/files', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'The files of the application that running instances have loaded, and where they differ',
      params,
      querystring: Type.Object(filter, { additionalProperties: false }),
      response: answers({ 200: serviceFiles }, REFUSALS),
    },
    handler: async (request): Promise<ServiceFiles> => {
      if (!seesValues(request)) throw valuesNotAllowed();
      const { service } = request.params;
      await record(request, 'source.list', `service/${service}`);
      const asked = await sources.listFiles({
        serviceName: service,
        environment: request.query.environment ?? null,
        instanceId: request.query.instance ?? null,
      });
      return mergeFiles(service, asked, now());
    },
  });

  api.get('/services/:service/source', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'The text of one loaded file, scrubbed, with every line in its place',
      params,
      querystring: Type.Object(
        {
          ...filter,
          file: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$', description: 'An id of the list of files' }),
        },
        { additionalProperties: false },
      ),
      response: answers({ 200: fileSource }, { ...REFUSALS, 404: 'Nobody has loaded it (`unknown_file`)' }),
    },
    handler: async (request): Promise<FileSource> => {
      if (!seesValues(request)) throw valuesNotAllowed();
      const { agent, answer } = await readFile(request);
      if (answer === null) throw noAgentOnline();
      if (answer === 'no_answer' || answer.kind === 'tree') throw noAnswer();
      if (answer.kind === 'refused') throw refusedBy(answer.code);
      const { file, source, redacted, cutLines, isStale } = answer;
      const { serviceName: name, environment: where, instanceId } = agent;
      await record(request, 'source.view', `service/${name}`, { after: { path: file.path, instanceId } });
      return {
        serviceName: name,
        environment: where,
        instanceId,
        ...file,
        source,
        lineCount: source.split('\n').length,
        redacted,
        cutLines,
        isStale,
      };
    },
  });
}

function listsFile(answer: Asked['answer'], fileId: string): boolean {
  return (
    typeof answer === 'object' && answer?.kind === 'tree' && answer.files.some(({ id }) => id === fileId)
  );
}
