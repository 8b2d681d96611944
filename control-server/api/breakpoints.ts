import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { BreakpointPatch, BreakpointResource } from '../../src/protocol/api.ts';
import { MAX_CONDITION_LENGTH } from '../../src/protocol/condition.ts';
import { HARD_LIMITS, MAX_LABEL_LENGTH, MIN_PAYLOAD_BYTES } from '../../src/protocol/limits.ts';
import type { App } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import type { ControlChange } from '../store/service-store.ts';
import { recorded } from './audit-trail.ts';
import { checkSettings, requirePlace } from './breakpoint-rules.ts';
import type { ApiDependencies } from './dependencies.ts';
import { expectedVersion } from './if-match.ts';
import { environment, serviceName } from './name-schema.ts';
import { answers, nothing } from './problem-answers.ts';

const tags = ['breakpoints'];
const DEFAULT_ENVIRONMENT = 'default';
const MAX_EXPRESSIONS = 20;

const text = (maxLength: number) => Type.String({ minLength: 1, maxLength });
const limit = (maximum: number, minimum = 1) => Type.Union([Type.Integer({ minimum, maximum }), Type.Null()]);
const settings = {
  enabled: Type.Optional(Type.Boolean()),
  mode: Type.Optional(Type.Union([Type.Literal('snapshot'), Type.Literal('logpoint')])),
  condition: Type.Optional(Type.Union([text(MAX_CONDITION_LENGTH), Type.Null()])),
  maxCaptures: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 1_000_000_000, description: '0: no limit' }),
  ),
  expireAt: Type.Optional(Type.Union([Type.String({ format: 'date-time' }), Type.Null()])),
  stackDepth: Type.Optional(limit(HARD_LIMITS.maxFrames)),
  maxDepth: Type.Optional(limit(HARD_LIMITS.maxDepth)),
  maxPayloadBytes: Type.Optional(limit(HARD_LIMITS.maxPayloadBytes, MIN_PAYLOAD_BYTES)),
  captureExpressions: Type.Optional(Type.Array(text(MAX_CONDITION_LENGTH), { maxItems: MAX_EXPRESSIONS })),
  logMessage: Type.Optional(Type.Union([text(MAX_CONDITION_LENGTH), Type.Null()])),
};
const newBreakpoint = Type.Object(
  {
    serviceName,
    environment: Type.Optional(environment),
    label: Type.Optional(text(MAX_LABEL_LENGTH)),
    filePath: Type.Optional(text(1_024)),
    lineNumber: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000_000 })),
    columnNumber: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 10_000_000, description: 'Left out: the first place on the line' }),
    ),
    ...settings,
  },
  { additionalProperties: false, description: 'A label, or a file and a line' },
);
const patch = Type.Object(settings, { additionalProperties: false, description: 'What is left out stays' });
const params = Type.Object({ id: text(64) });
const orNull = (type: 'string' | 'integer') =>
  Type.Union([type === 'string' ? Type.String() : Type.Integer(), Type.Null()]);
const breakpoint = Type.Object({
  id: Type.String(),
  serviceName: Type.String(),
  environment: Type.String(),
  label: orNull('string'),
  functionName: Type.String(),
  filePath: Type.String(),
  lineNumber: Type.Integer(),
  columnNumber: Type.Optional(Type.Integer({ description: 'Of a line breakpoint that has one' })),
  enabled: Type.Boolean(),
  mode: Type.Union([Type.Literal('snapshot'), Type.Literal('logpoint')]),
  condition: orNull('string'),
  maxCaptures: Type.Integer(),
  captureCount: Type.Integer(),
  expireAt: orNull('string'),
  stackDepth: orNull('integer'),
  maxDepth: orNull('integer'),
  maxPayloadBytes: orNull('integer'),
  captureExpressions: Type.Array(Type.String()),
  logMessage: orNull('string'),
  version: Type.Integer(),
  origin: Type.Union([Type.Literal('agent'), Type.Literal('person')]),
  createdAt: Type.String(),
  updatedAt: Type.String(),
  lastHitAt: orNull('string'),
});
const MISSING = { 404: 'No such breakpoint' };
const EXPIRED = { 409: 'Enabled although its `expireAt` has passed (`breakpoint_expired`)' };
const STALE = { 412: 'Changed since the version in If-Match' };

/** Where services are asked to capture. */
export function registerBreakpoints(api: App, { store, live, now }: ApiDependencies): void {
  async function commit(change: ControlChange | null): Promise<BreakpointResource> {
    if (change === null) throw noSuchBreakpoint();
    await live.publish(change);
    if (change.kind === 'kill_switch') throw new Error('the store answered a breakpoint with a kill switch');
    return change.breakpoint;
  }
  async function change(
    request: FastifyRequest,
    id: string,
    wanted: BreakpointPatch,
  ): Promise<BreakpointResource> {
    const patch = checkSettings(wanted, now());
    const version = expectedVersion(request);
    if (patch.enabled === true && patch.expireAt === undefined) {
      requireUnexpired(await store.readBreakpoint(id), now());
    }
    const changes = recorded(request, 'breakpoint.change');
    return commit(await changes.patchBreakpoint(id, patch, version, new Date(now()).toISOString()));
  }

  api.get('/breakpoints', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'Breakpoints, of all services or of one',
      querystring: Type.Object(
        { service: Type.Optional(serviceName), environment: Type.Optional(environment) },
        { additionalProperties: false },
      ),
      response: answers({ 200: Type.Array(breakpoint) }),
    },
    handler: ({ query }) =>
      store.listBreakpoints({
        ...(query.service === undefined ? {} : { serviceName: query.service }),
        ...(query.environment === undefined ? {} : { environment: query.environment }),
      }),
  });

  api.post('/breakpoints', {
    config: { access: 'operator' },
    schema: {
      tags,
      summary: 'Set a breakpoint, at a label or at a line',
      body: newBreakpoint,
      response: answers(
        { 201: breakpoint },
        {
          400: 'Bad request (`bad_condition`, `bad_expression` and `bad_log_message` say at which position)',
          409: 'There is one already (`breakpoint_exists`), or too many (`too_many_breakpoints`)',
        },
      ),
    },
    handler: async (request, reply) => {
      const wanted = checkSettings(requirePlace(request.body), now());
      const created = await recorded(request, 'breakpoint.create').createBreakpoint(
        { ...wanted, environment: wanted.environment ?? DEFAULT_ENVIRONMENT },
        new Date(now()).toISOString(),
      );
      return reply.code(201).send(await commit(created));
    },
  });

  api.get('/breakpoints/:id', {
    config: { access: 'viewer' },
    schema: { tags, summary: 'One breakpoint', params, response: answers({ 200: breakpoint }, MISSING) },
    handler: async (request, reply) => {
      const found = await store.readBreakpoint(request.params.id);
      if (found === null) throw noSuchBreakpoint();
      return reply.header('etag', `"${found.version}"`).send(found);
    },
  });

  api.patch('/breakpoints/:id', {
    config: { access: 'operator' },
    schema: {
      tags,
      summary: 'Change what is given and leave the rest; with If-Match only the version that was seen',
      params,
      body: patch,
      response: answers({ 200: breakpoint }, { ...MISSING, ...STALE, ...EXPIRED }),
    },
    handler: (request) => change(request, request.params.id, request.body),
  });

  for (const [action, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const) {
    api.post(`/breakpoints/:id/${action}`, {
      config: { access: 'operator' },
      schema: {
        tags,
        summary: enabled ? 'Capture here again' : 'Capture here no more, and keep the breakpoint',
        params,
        response: answers({ 200: breakpoint }, { ...MISSING, ...STALE, ...(enabled ? EXPIRED : {}) }),
      },
      handler: (request) => change(request, request.params.id, { enabled }),
    });
  }

  api.delete('/breakpoints/:id', {
    config: { access: 'operator' },
    schema: {
      tags,
      summary: 'Remove a breakpoint; its snapshots stay',
      params,
      response: answers({ 204: nothing('Removed') }, { ...MISSING, ...STALE }),
    },
    handler: async (request, reply) => {
      const version = expectedVersion(request);
      const changes = recorded(request, 'breakpoint.delete');
      await commit(await changes.deleteBreakpoint(request.params.id, version, new Date(now()).toISOString()));
      return reply.code(204).send();
    },
  });
}

/** The expiry would disable it again within a second, and nobody would know why. */
function requireUnexpired(found: BreakpointResource | null, nowMs: number): void {
  if (found?.expireAt === undefined || found.expireAt === null || Date.parse(found.expireAt) > nowMs) return;
  throw new ProblemError(
    409,
    'breakpoint_expired',
    'The breakpoint has expired. Enable it together with a later "expireAt", or with null for none.',
    { place: { field: 'expireAt' } },
  );
}

function noSuchBreakpoint(): ProblemError {
  return new ProblemError(404, 'breakpoint_not_found', 'There is no breakpoint with this id.');
}
