import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { ServiceSettings, Settings } from '../../src/protocol/api-settings.ts';
import {
  isLinkTemplate,
  MAX_LINK_TEMPLATE_LENGTH,
  parseServiceSettings,
  parseSettings,
} from '../../src/protocol/api-settings.ts';
import type { App } from '../http/app.ts';
import { ProblemError } from '../http/problem.ts';
import type { SettingsDocument } from '../store/settings-document-store.ts';
import { signedIn } from './access.ts';
import { recorded } from './audit-trail.ts';
import type { ApiDependencies } from './dependencies.ts';
import { expectedVersion } from './if-match.ts';
import { serviceName } from './name-schema.ts';
import { answers } from './problem-answers.ts';

const tags = ['settings'];
const orNull = Type.Union([Type.String(), Type.Null()]);
const template = Type.Union(
  [Type.String({ minLength: 1, maxLength: MAX_LINK_TEMPLATE_LENGTH }), Type.Null()],
  {
    description: 'http(s) address with {traceId} behind the host, and optionally {spanId}; null: none',
  },
);
const limit = (minimum: number, maximum: number, description: string) =>
  Type.Union([Type.Integer({ minimum, maximum }), Type.Null()], {
    description: `${description}; null: as the server was started`,
  });
const DAY_MS = 24 * 60 * 60_000;
const MEBIBYTE = 1024 ** 2;
const values = {
  viewersSeeValues: Type.Boolean({ description: 'Whether the role viewer may see captured values' }),
  traceLinkTemplate: template,
  retention: Type.Object(
    {
      maxAgeMs: limit(60_000, 3_650 * DAY_MS, 'Milliseconds since a snapshot was received'),
      maxSnapshotsPerBreakpoint: limit(1, 1_000_000, 'Snapshots of one breakpoint'),
      maxTotalBytes: limit(MEBIBYTE, 1_048_576 * MEBIBYTE, 'Bytes of all snapshots together'),
    },
    { additionalProperties: false },
  ),
};
const serviceValues = {
  autoRegisterEnabled: Type.Boolean({ description: 'Whether a label that registers itself is enabled' }),
  trustAgents: Type.Union([Type.Boolean(), Type.Null()], {
    description: 'Whether what an agent scrubbed is stored as it is; null: as the server was started',
  }),
  traceLinkTemplate: template,
};
const version = { version: Type.Integer(), updatedAt: orNull, updatedBy: orNull };
const params = Type.Object({ service: serviceName });
const STALE = { 412: 'Changed since the version in If-Match' };

/** What administrators set while the server runs. */
export function registerSettings(api: App, { store, now }: ApiDependencies): void {
  const write = (request: FastifyRequest, service: string | null, document: object) =>
    recorded(request, 'settings.change').writeSettingsDocument(
      service,
      JSON.stringify(document),
      expectedVersion(request),
      signedIn(request).name,
      new Date(now()).toISOString(),
    );

  api.get('/settings', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'The settings of the server',
      response: answers({ 200: Type.Object({ ...values, ...version }) }),
    },
    handler: async () => toSettings(await store.readSettingsDocument(null)),
  });

  api.put('/settings', {
    config: { access: 'admin' },
    schema: {
      tags,
      summary: 'Replace the settings of the server; with If-Match only the version that was seen',
      body: Type.Object(values, { additionalProperties: false }),
      response: answers({ 200: Type.Object({ ...values, ...version }) }, STALE),
    },
    handler: async (request) => {
      requireTemplate(request.body.traceLinkTemplate);
      return toSettings(await write(request, null, request.body));
    },
  });

  api.get('/services/:service/settings', {
    config: { access: 'viewer' },
    schema: {
      tags,
      summary: 'The settings of a service, in each of its environments',
      params,
      response: answers({
        200: Type.Object({ serviceName: Type.String(), ...serviceValues, ...version }),
      }),
    },
    handler: async ({ params: { service } }) =>
      toServiceSettings(service, await store.readSettingsDocument(service)),
  });

  api.put('/services/:service/settings', {
    config: { access: 'admin' },
    schema: {
      tags,
      summary: 'Replace the settings of a service; with If-Match only the version that was seen',
      params,
      body: Type.Object(serviceValues, { additionalProperties: false }),
      response: answers(
        { 200: Type.Object({ serviceName: Type.String(), ...serviceValues, ...version }) },
        STALE,
      ),
    },
    handler: async (request) => {
      requireTemplate(request.body.traceLinkTemplate);
      const { service } = request.params;
      return toServiceSettings(service, await write(request, service, request.body));
    },
  });
}

/** A link is only ever shown and clicked, so what it is made of must not become a script or another host. */
function requireTemplate(text: string | null): void {
  if (text === null || isLinkTemplate(text)) return;
  throw new ProblemError(
    400,
    'bad_link_template',
    'The template must be an http or https address with {traceId} behind the host, such as https://traces.example.com/trace/{traceId}.',
    { place: { field: 'traceLinkTemplate' } },
  );
}

function toSettings(stored: SettingsDocument | null): Settings {
  return { ...parseSettings(parse(stored)), ...versionOf(stored) };
}

function toServiceSettings(service: string, stored: SettingsDocument | null): ServiceSettings {
  return { serviceName: service, ...parseServiceSettings(parse(stored)), ...versionOf(stored) };
}

function parse(stored: SettingsDocument | null): unknown {
  return stored === null ? null : JSON.parse(stored.document);
}

function versionOf(stored: SettingsDocument | null) {
  return {
    version: stored?.version ?? 0,
    updatedAt: stored?.updatedAt ?? null,
    updatedBy: stored?.updatedBy ?? null,
  };
}
