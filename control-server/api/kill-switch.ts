import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { KillSwitch } from '../../src/protocol/api.ts';
import type { App } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import { requireRole, signedIn } from './access.ts';
import type { ApiDependencies } from './dependencies.ts';
import { environment, serviceName } from './name-schema.ts';
import { answers } from './problem-answers.ts';

const tags = ['kill switch'];
const scope = Type.Union([Type.Literal('global'), Type.Literal('service')]);
const killSwitch = Type.Object({
  scope,
  serviceName: Type.Union([Type.String(), Type.Null()]),
  environment: Type.Union([Type.String(), Type.Null()]),
  on: Type.Boolean(),
  reason: Type.Union([Type.String(), Type.Null()]),
  by: Type.Union([Type.String(), Type.Null()]),
  at: Type.Union([Type.String(), Type.Null()]),
});

/** Stopping all capture at once, and releasing it. */
export function registerKillSwitch(api: App, { store, live, now }: ApiDependencies): void {
  async function change(
    request: FastifyRequest,
    wanted: Pick<KillSwitch, 'scope' | 'serviceName' | 'environment' | 'on' | 'reason'>,
  ): Promise<KillSwitch> {
    // Who may write may stop capture; letting all of it run again is the stronger right.
    if (!wanted.on && wanted.scope === 'global') requireRole(request, 'admin');
    const committed = await store.setKillSwitch(
      { ...wanted, by: signedIn(request).name },
      new Date(now()).toISOString(),
    );
    await live.publish(committed);
    if (committed.kind !== 'kill_switch')
      throw new Error('the store answered a kill switch with another change');
    return committed.killSwitch;
  }

  api.get('/kill-switch', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'The kill switches that are on, or were',
      response: answers({ 200: Type.Array(killSwitch) }),
    },
    handler: () => store.listKillSwitches(),
  });

  api.put('/kill-switch', {
    config: { access: 'operator' },
    schema: {
      tags,
      summary: 'Stop all capture everywhere or of one service, or release it',
      body: Type.Object(
        {
          scope,
          serviceName: Type.Optional(serviceName),
          environment: Type.Optional(environment),
          on: Type.Boolean(),
          reason: Type.Optional(Type.String({ maxLength: 500 })),
        },
        { additionalProperties: false },
      ),
      response: answers({ 200: killSwitch }),
    },
    handler: (request) => {
      const { scope, serviceName = null, environment = null, on, reason = null } = request.body;
      if (scope === 'service' && serviceName === null)
        throw misplaced('"serviceName" is missing: the scope is a service.');
      if (scope === 'global' && (serviceName !== null || environment !== null)) {
        throw misplaced(
          'The global switch has neither "serviceName" nor "environment": it stops everything.',
        );
      }
      return change(request, { scope, serviceName, environment, on, reason });
    },
  });

  api.post('/services/:service/kill-switch', {
    config: { access: 'operator' },
    schema: {
      tags,
      summary:
        'Stop (`enabled: true`) or release one service in all environments; same as PUT /api/kill-switch',
      params: Type.Object({ service: serviceName }),
      body: Type.Object({ enabled: Type.Boolean() }, { additionalProperties: false }),
      response: answers({ 200: killSwitch }),
    },
    handler: (request) =>
      change(request, {
        scope: 'service',
        serviceName: request.params.service,
        environment: null,
        on: request.body.enabled,
        reason: null,
      }),
  });
}

function misplaced(detail: string): ProblemError {
  return new ProblemError(400, 'bad_request', detail, { place: { field: 'serviceName' } });
}
