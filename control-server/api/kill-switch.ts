import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { KillSwitch, KillSwitchChange } from '../../src/protocol/api.ts';
import type { App } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import { requireRole, signedIn } from './access.ts';
import { recorded } from './audit-trail.ts';
import type { ApiDependencies } from './dependencies.ts';
import { environment, serviceName } from './name-schema.ts';
import { answers } from './problem-answers.ts';

const tags = ['kill switch'];
const scope = Type.Union([Type.Literal('global'), Type.Literal('service'), Type.Literal('agent')]);
const instanceId = Type.String({
  pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
  description: 'Instance id of an agent, as GET /api/agents has it',
});
const killSwitch = Type.Object({
  scope,
  serviceName: Type.Union([Type.String(), Type.Null()]),
  environment: Type.Union([Type.String(), Type.Null()]),
  instanceId: Type.Union([Type.String(), Type.Null()]),
  on: Type.Boolean(),
  reason: Type.Union([Type.String(), Type.Null()]),
  by: Type.Union([Type.String(), Type.Null()]),
  at: Type.Union([Type.String(), Type.Null()]),
  expiresAt: Type.Union([Type.String(), Type.Null()]),
  written: Type.Boolean({
    description: 'False: in effect on this node, and written once the database can be written again',
  }),
});

type Wanted = Omit<KillSwitch, 'by' | 'at' | 'written'>;

/** Stopping all capture at once, and releasing it. */
export function registerKillSwitch(api: App, { store, live, now }: ApiDependencies): void {
  /** True for a change that lets capture run again: at once, or earlier than what is on now would. */
  async function releases({ scope, on, expiresAt }: Wanted): Promise<boolean> {
    if (!on || expiresAt === null) return !on;
    const known = (await store.listKillSwitches()).find((killSwitch) => killSwitch.scope === scope);
    if (known?.on !== true) return false;
    return known.expiresAt === null || Date.parse(expiresAt) < Date.parse(known.expiresAt);
  }

  async function change(request: FastifyRequest, wanted: Wanted): Promise<KillSwitch> {
    // Who may write may stop capture; letting all of it run again is the stronger right.
    const needsAdmin = wanted.scope === 'global' && signedIn(request).role !== 'admin';
    if (needsAdmin && (await releases(wanted))) requireRole(request, 'admin');
    const action = wanted.on ? 'kill_switch.on' : 'kill_switch.off';
    const changed = await recorded(request, action).setKillSwitch(
      { ...wanted, by: signedIn(request).name },
      new Date(now()).toISOString(),
    );
    const told = live.publish(changed);
    // What could not be written is told without the store, which may not answer at all.
    if (changed.killSwitch.written) await told;
    return changed.killSwitch;
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
      summary: 'Stop all capture everywhere, of one service or of one agent, or release it',
      body: Type.Object(
        {
          scope,
          serviceName: Type.Optional(serviceName),
          environment: Type.Optional(environment),
          instanceId: Type.Optional(instanceId),
          on: Type.Boolean(),
          reason: Type.Optional(Type.String({ maxLength: 500 })),
          expiresAt: Type.Optional(
            Type.Union([Type.String(), Type.Null()], {
              description: 'When it ends by itself; with on: true',
            }),
          ),
        },
        { additionalProperties: false },
      ),
      response: answers({ 200: killSwitch }),
    },
    handler: (request) => change(request, readWanted(request.body, now())),
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
        instanceId: null,
        on: request.body.enabled,
        reason: null,
        expiresAt: null,
      }),
  });
}

function readWanted(body: KillSwitchChange, nowMs: number): Wanted {
  const { scope, serviceName = null, environment = null, on, reason = null, expiresAt = null } = body;
  const instanceId = body.instanceId?.toLowerCase() ?? null;
  if (scope === 'service' && serviceName === null) {
    throw misplaced('serviceName', '"serviceName" is missing: the scope is a service.');
  }
  if (scope === 'agent' && instanceId === null) {
    throw misplaced('instanceId', '"instanceId" is missing: the scope is an agent.');
  }
  if (scope !== 'service' && (serviceName !== null || environment !== null)) {
    throw misplaced(
      'serviceName',
      'Only the switch of a service has "serviceName" and "environment": the global one stops everything, that of an agent is found by "instanceId".',
    );
  }
  if (scope !== 'agent' && instanceId !== null) {
    throw misplaced('instanceId', '"instanceId" belongs to the scope "agent".');
  }
  if (expiresAt !== null && (!on || !(Date.parse(expiresAt) > nowMs))) {
    throw misplaced(
      'expiresAt',
      '"expiresAt" is an instant in the future such as 2026-11-21T10:00:00Z, and goes with "on": true.',
    );
  }
  return { scope, serviceName, environment, instanceId, on, reason, expiresAt };
}

function misplaced(field: string, detail: string): ProblemError {
  return new ProblemError(400, 'bad_request', detail, { place: { field } });
}
