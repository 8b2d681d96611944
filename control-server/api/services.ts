import { Type } from 'typebox';
import type { ServiceSummary } from '../../src/protocol/api.ts';
import type { App } from '../http/app.ts';
import type { ApiDependencies } from './dependencies.ts';
import { answers } from './problem-answers.ts';

const service = Type.Object({
  name: Type.String(),
  environment: Type.String(),
  agentsOnline: Type.Integer({ description: 'Without those whose connection is lost' }),
  breakpoints: Type.Object({ total: Type.Integer(), enabled: Type.Integer() }),
  snapshotsLastHour: Type.Integer(),
  snapshotsByFiveMinutes: Type.Array(Type.Integer(), {
    description: 'The last hour in twelve steps, the oldest first',
  }),
  killed: Type.Object({ global: Type.Boolean(), service: Type.Boolean() }),
  release: Type.Union([Type.String(), Type.Null()]),
  commit: Type.Union([Type.String(), Type.Null()]),
  firstSeenAt: Type.String(),
  lastSeenAt: Type.String(),
});

/** The services that ever asked for their state, in each environment. */
export function registerServices(api: App, { store, roster, now }: ApiDependencies): void {
  api.get('/services', {
    config: { access: 'viewer' },
    schema: {
      tags: ['services'],
      summary: 'All services, with what runs and what is captured in each environment',
      response: answers({ 200: Type.Array(service) }),
    },
    handler: async (): Promise<ServiceSummary[]> => {
      const online = new Map<string, number>();
      for (const agent of await roster.listAgents()) {
        if (agent.connectionLostAt !== null) continue;
        const key = JSON.stringify([agent.environment, agent.serviceName]);
        online.set(key, (online.get(key) ?? 0) + 1);
      }
      const services = await store.listServices(new Date(now()).toISOString());
      return services.map(({ serviceName, ...rest }) => ({
        ...rest,
        name: serviceName,
        agentsOnline: online.get(JSON.stringify([rest.environment, serviceName])) ?? 0,
      }));
    },
  });
}
