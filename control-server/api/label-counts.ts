import { Type } from 'typebox';
import type { LabelTotals } from '../../src/protocol/api.ts';
import { DROP_REASONS } from '../../src/protocol/drop-reason.ts';
import type { App } from '../http/app.ts';
import type { ApiDependencies } from './dependencies.ts';
import { environment, serviceName } from './name-schema.ts';
import { answers } from './problem-answers.ts';

const labelTotals = Type.Object(
  {
    label: Type.String(),
    captured: Type.Integer({ description: 'Snapshots taken' }),
    stored: Type.Integer({ description: 'Snapshots that this server confirmed' }),
    spooled: Type.Integer({ description: 'Snapshots that agents keep in files instead' }),
    dropped: Type.Object(
      Object.fromEntries(DROP_REASONS.map((reason) => [reason, Type.Optional(Type.Integer())])),
      { description: 'Calls that became no snapshot, by reason; what never happened is left out' },
    ),
    agents: Type.Integer({ description: 'Instances that met the label' }),
  },
  { description: 'What became of the calls with one label, since each instance started' },
);

/** What the agents counted by label. It goes with them: kept are snapshots, not counts. */
export function registerLabelCounts(api: App, { roster }: ApiDependencies): void {
  api.get('/services/:service/label-counts', {
    config: { access: 'viewer' },
    schema: {
      tags: ['agents'],
      summary: 'Captures and losses by label, added up over the running instances of a service',
      params: Type.Object({ service: serviceName }),
      querystring: Type.Object({ environment: Type.Optional(environment) }, { additionalProperties: false }),
      response: answers({ 200: Type.Array(labelTotals) }),
    },
    handler: ({ params, query }): Promise<LabelTotals[]> =>
      roster.countLabels(params.service, query.environment ?? null),
  });
}
