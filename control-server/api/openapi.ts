import swagger from '@fastify/swagger';
import { Type } from 'typebox';
import type { App } from '../http/app.ts';
import { answers } from './problem-answers.ts';

/** Collects the documented routes that are registered after it. */
export async function collectDocumentation(app: App, serverVersion: string): Promise<void> {
  await app.register(swagger, {
    // Documented is what has a tag: neither pages nor the agents' protocol, which has a document of its own.
    hideUntagged: true,
    openapi: {
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
    },
  });
}

/** `GET /api/openapi.json`. */
export function registerOpenapi(app: App, api: App): void {
  api.get('/openapi.json', {
    config: { access: 'viewer' },
    schema: {
      tags: ['operations'],
      summary: 'This document',
      response: answers({ 200: Type.Object({}, { additionalProperties: true }) }),
    },
    handler: () => app.swagger(),
  });
}
