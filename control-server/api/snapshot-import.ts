import type { Readable } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyRequest, FastifySchemaCompiler } from 'fastify';
import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import type { ImportReceipt } from '../../src/protocol/api-snapshots.ts';
import type { App } from '../http/app.ts';
import { compileValidator } from '../http/validation.ts';
import { record } from './audit-trail.ts';
import type { ApiDependencies } from './dependencies.ts';
import { environment } from './name-schema.ts';
import { answers } from './problem-answers.ts';
import { IMPORT_BODY } from './snapshot-wire-schema.ts';

type BodyDone = (error: null, body: Readable) => void;

const receipt = Type.Object({
  stored: Type.Integer(),
  duplicates: Type.Integer({ description: 'Already there by their id' }),
  rejected: Type.Integer(),
  problems: Type.Array(Type.Object({ line: Type.Integer(), code: Type.String() }), {
    description: 'The first of the rejected, by their line in the body',
  }),
});

/** The body is a stream: its schema is for the document, and what it is turns out when it is read. */
const compileAllButBodies: FastifySchemaCompiler<TSchema> = (part) =>
  part.httpPart === 'body' ? () => true : compileValidator(part);

/** `POST /api/snapshots/import`: takes up what another server exported. */
export function registerSnapshotImport(api: App, { importSnapshots }: ApiDependencies): void {
  // A scope of its own: the body is bounded and judged line by line, so no parser may read it before.
  void api.register((plain, _options, done) => {
    const scope = plain.withTypeProvider<TypeBoxTypeProvider>();
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(
      ['application/json', 'application/x-ndjson', 'application/ndjson'],
      (_request: FastifyRequest, payload: Readable, parsed: BodyDone) => parsed(null, payload),
    );
    scope.setValidatorCompiler(compileAllButBodies);
    scope.post('/snapshots/import', {
      config: { access: 'admin' },
      schema: {
        tags: ['snapshots'],
        summary:
          'Take up snapshots of another server: an export as JSON or NDJSON, up to 1,000 and 8 MiB at a time',
        body: IMPORT_BODY,
        querystring: Type.Object(
          { environment: Type.Optional(environment) },
          { additionalProperties: false },
        ),
        response: answers(
          { 200: receipt },
          {
            413: 'The body is larger than 8 MiB, or has more than 1,000 snapshots',
            415: 'Neither JSON nor NDJSON',
            507: 'The disk has no room (`disk_full`)',
          },
        ),
      },
      handler: async (request): Promise<ImportReceipt> => {
        const environmentName = request.query.environment ?? null;
        const imported = await importSnapshots(request, environmentName);
        const { stored, duplicates, rejected } = imported;
        const after = { environment: environmentName, stored, duplicates, rejected };
        await record(request, 'snapshot.import', 'snapshots', { after });
        return imported;
      },
    });
    done();
  });
}
