import { Type } from 'typebox';
import type { AgentSummary } from '../../src/protocol/api.ts';
import type { App } from '../http/app.ts';
import type { ApiDependencies } from './dependencies.ts';
import { environment, serviceName } from './name-schema.ts';
import { answers } from './problem-answers.ts';

const agent = Type.Object(
  {
    instanceId: Type.String(),
    serviceName: Type.String(),
    environment: Type.String(),
    userAgent: Type.String(),
    address: Type.String(),
    connectedAt: Type.String(),
    lastSeenAt: Type.String(),
    streaming: Type.Boolean(),
    connectionLostAt: Type.Union([Type.String(), Type.Null()], {
      description:
        'When its stream ended, once it has not come back within 2 s nor been heard of since: it ended, or is cut off',
    }),
    unknown: Type.Boolean({ description: 'The node that knows it has not been heard of for 15 s' }),
    status: Type.Union([Type.Object({}, { additionalProperties: true }), Type.Null()]),
    breakpoints: Type.Array(Type.Object({}, { additionalProperties: true })),
  },
  { description: 'A running instance of a service' },
);

/** The instances that are connected, or were heard of within the last minute. */
export function registerAgents(api: App, { roster }: ApiDependencies): void {
  api.get('/agents', {
    config: { access: 'viewer' },
    schema: {
      tags: ['agents'],
      summary: 'Running instances, with what each says of itself and its breakpoints',
      querystring: Type.Object(
        {
          service: Type.Optional(serviceName),
          environment: Type.Optional(environment),
        },
        { additionalProperties: false },
      ),
      response: answers({ 200: Type.Array(agent) }),
    },
    handler: async ({ query }): Promise<AgentSummary[]> =>
      (await roster.listAgents())
        .filter((agent) => query.service === undefined || agent.serviceName === query.service)
        .filter((agent) => query.environment === undefined || agent.environment === query.environment),
  });
}
