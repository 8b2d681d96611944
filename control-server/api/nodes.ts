import { Type } from 'typebox';
import type { App } from '../http/app.ts';
import type { ApiDependencies } from './dependencies.ts';
import { answers } from './problem-answers.ts';

const percent = Type.Number({ minimum: 0, maximum: 100 });
const node = Type.Object(
  {
    id: Type.String(),
    host: Type.String(),
    version: Type.String(),
    startedAt: Type.String(),
    lastSeenAt: Type.String(),
    current: Type.Boolean({ description: 'The one that answers' }),
    alive: Type.Boolean({ description: 'False: not heard of for 15 s' }),
    agents: Type.Integer({ description: 'Agents that it knows of' }),
    diskUsedPercent: Type.Union([percent, Type.Null()], {
      description: 'Of the file system of its data folder',
    }),
    diskLimitPercent: Type.Number({ description: 'Beyond so much it stores no snapshots' }),
  },
  { description: 'A process of the control server' },
);

/** The processes that share the data, and how full their disks are. */
export function registerNodes(api: App, { nodes }: ApiDependencies): void {
  api.get('/nodes', {
    config: { access: 'admin' },
    schema: {
      tags: ['operations'],
      summary: 'The processes of the control server, the one that answers first',
      response: answers({ 200: Type.Array(node) }),
    },
    handler: () => nodes.list(),
  });
}
