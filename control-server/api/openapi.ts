import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { FastifySchema, RouteOptions } from 'fastify';
import { Type } from 'typebox';
import type { App } from '../http/app.ts';
import { answers } from './problem-answers.ts';

/** The document as OpenAPI 3.1; made when it is first asked for. */
export type ReadDocumentation = () => Promise<object>;

type DocumentedRoute = Pick<RouteOptions, 'method' | 'url'> & { readonly schema: FastifySchema };
type OpenapiHead = NonNullable<FastifyDynamicSwaggerOptions['openapi']>;

/** Collects the documented routes that are registered after it. */
export function collectDocumentation(app: App, serverVersion: string): ReadDocumentation {
  const routes: DocumentedRoute[] = [];
  app.addHook('onRoute', ({ method, url, schema }) => {
    if (schema !== undefined && isDocumented(schema)) routes.push({ method, url, schema });
  });
  let document: Promise<object> | null = null;
  return () => (document ??= writeDocument(routes, describeServer(serverVersion)));
}

/** `GET /api/openapi.json`. */
export function registerOpenapi(api: App, readDocumentation: ReadDocumentation): void {
  api.get('/openapi.json', {
    config: { access: 'viewer' },
    schema: {
      tags: ['operations'],
      summary: 'This document',
      response: answers({ 200: Type.Object({}, { additionalProperties: true }) }),
    },
    handler: () => readDocumentation(),
  });
}

/** What has a tag: neither pages nor the agents' protocol, which has a document of its own. */
function isDocumented(schema: FastifySchema): boolean {
  return 'tags' in schema;
}

/** By an app that answers nobody: the generator would load a hundred files before the server listens, and few ask for it. */
async function writeDocument(routes: readonly DocumentedRoute[], openapi: OpenapiHead): Promise<object> {
  const [{ fastify }, { default: swagger }] = await Promise.all([
    import('fastify'),
    import('@fastify/swagger'),
  ]);
  const app = fastify({ exposeHeadRoutes: false });
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => () => '');
  await app.register(swagger, { openapi });
  for (const route of routes) app.route({ ...route, handler: () => undefined });
  await app.ready();
  return app.swagger();
}

function describeServer(serverVersion: string): OpenapiHead {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Stillframe control server',
      version: serverVersion,
      description:
        'What the dashboard, the command line and scripts call. Errors are application/problem+json with a stable code.',
    },
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'stillframe_<instance>' },
        localToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'The token in server.json of the data folder, on the machine of the server only',
        },
        personalToken: {
          type: 'http',
          scheme: 'bearer',
          description: 'A token of a person, `sfp_…`, from anywhere over https: POST /api/tokens makes one',
        },
      },
    },
    security: [{ session: [] }, { localToken: [] }, { personalToken: [] }],
  };
}
