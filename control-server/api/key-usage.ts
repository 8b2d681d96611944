import { Type } from 'typebox';
import type { KeyUsage } from '../../src/protocol/api-key-usage.ts';
import type { App } from '../http/app.ts';
import type { ApiDependencies } from './dependencies.ts';
import { answers } from './problem-answers.ts';

const usage = Type.Object({
  keyId: Type.String(),
  agents: Type.Integer(),
  services: Type.Integer({ description: 'That it brought, over all nodes' }),
  snapshotsToday: Type.Integer(),
  bytesToday: Type.Integer(),
  refusedToday: Type.Integer(),
  limits: Type.Object({
    snapshotsPerSecond: Type.Integer(),
    bytesPerDay: Type.Integer(),
    agents: Type.Integer(),
    services: Type.Integer(),
  }),
});

/** `GET /api/key-usage`: what each SDK key sent to this node, beside what it may. */
export function registerKeyUsage(api: App, { keyUsage }: Pick<ApiDependencies, 'keyUsage'>): void {
  api.get('/key-usage', {
    config: { access: 'admin' },
    schema: {
      tags: ['keys'],
      summary: 'What the SDK keys in use sent to this node today, and their limits',
      response: answers({ 200: Type.Array(usage) }),
    },
    handler: (): Promise<KeyUsage[]> => keyUsage(),
  });
}
