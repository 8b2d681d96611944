/** What one route answers to whom. */
export interface RouteAccess {
  /** The least role; `public`: nobody has to be signed in; `agent`: SDK keys, and nobody else. */
  readonly least: 'public' | 'viewer' | 'operator' | 'admin' | 'agent';
  /** What it answers to who may: ids of the table belong to nothing, so for many it is 404. */
  readonly status: number;
  /** To a viewer without the right to values, when that is something else. */
  readonly withoutValues?: number;
  /** To an SDK key of another service; for routes of agents. */
  readonly otherService?: number;
  readonly body?: unknown;
}

const WHO = { name: 'nobody', password: 'not the password' };
const LONG = 'long enough a password';
const SETTINGS = {
  viewersSeeValues: false,
  traceLinkTemplate: null,
  retention: { maxAgeMs: null, maxSnapshotsPerBreakpoint: null, maxTotalBytes: null },
};
const SERVICE_SETTINGS = { autoRegisterEnabled: true, trustAgents: null, traceLinkTemplate: null };
const GRACE = { graceSeconds: 0 };
const CAPTURE = { service_name: 'shop', label: 'a', captured_at: '2026-11-21T10:00:00Z', variables: {} };

/** Every route of the server but for pages and probes: a route without an entry fails the test. */
export const EVERY_ROUTE: Readonly<Record<string, RouteAccess>> = {
  'GET /api/health': { least: 'public', status: 200 },
  'GET /api/sign-in-methods': { least: 'public', status: 200 },
  'GET /api/oidc/start': { least: 'public', status: 303 },
  'GET /api/oidc/callback': { least: 'public', status: 401 },
  'POST /api/session': { least: 'public', status: 401, body: WHO },
  'POST /api/session/code': { least: 'public', status: 401, body: { code: 'x' } },
  'POST /api/setup': { least: 'public', status: 401, body: { code: 'x', name: 'x', password: LONG } },
  'POST /api/invitation': { least: 'public', status: 401, body: { code: 'x', password: LONG } },

  'GET /api/me': { least: 'viewer', status: 200 },
  'DELETE /api/session': { least: 'viewer', status: 204 },
  'POST /api/me/password': { least: 'viewer', status: 403, body: { current: 'x', password: LONG } },
  'GET /api/me/account': { least: 'viewer', status: 200 },
  'GET /api/sessions': { least: 'viewer', status: 200 },
  'DELETE /api/sessions/:id': { least: 'viewer', status: 404 },
  'GET /api/tokens': { least: 'viewer', status: 200 },
  'POST /api/tokens': { least: 'viewer', status: 400, body: { name: 'ci', expiresInDays: 0 } },
  'POST /api/tokens/:id/rotate': { least: 'viewer', status: 404, body: GRACE },
  'DELETE /api/tokens/:id': { least: 'viewer', status: 404 },

  'GET /api/services': { least: 'viewer', status: 200 },
  'GET /api/services/:service/label-counts': { least: 'viewer', status: 200 },
  'GET /api/services/:service/files': { least: 'viewer', status: 409, withoutValues: 403 },
  'GET /api/services/:service/source': { least: 'viewer', status: 400 },
  'GET /api/services/:service/settings': { least: 'viewer', status: 200 },
  'PUT /api/services/:service/settings': { least: 'admin', status: 200, body: SERVICE_SETTINGS },
  'GET /api/agents': { least: 'viewer', status: 200 },
  'GET /api/events': { least: 'viewer', status: 200 },
  'GET /api/openapi.json': { least: 'viewer', status: 200 },
  'GET /api/settings': { least: 'viewer', status: 200 },
  'PUT /api/settings': { least: 'admin', status: 200, body: SETTINGS },

  'GET /api/breakpoints': { least: 'viewer', status: 200 },
  'POST /api/breakpoints': { least: 'operator', status: 400, body: { serviceName: 'shop' } },
  'GET /api/breakpoints/:id': { least: 'viewer', status: 404 },
  'PATCH /api/breakpoints/:id': { least: 'operator', status: 404, body: {} },
  'DELETE /api/breakpoints/:id': { least: 'operator', status: 404 },
  'POST /api/breakpoints/:id/enable': { least: 'operator', status: 404 },
  'POST /api/breakpoints/:id/disable': { least: 'operator', status: 404 },

  'GET /api/snapshots': { least: 'viewer', status: 200 },
  'GET /api/snapshots/:id': { least: 'viewer', status: 404, withoutValues: 403 },
  'GET /api/snapshots/:id/raw': { least: 'viewer', status: 404, withoutValues: 403 },
  'GET /api/snapshots/export': { least: 'viewer', status: 200, withoutValues: 403 },
  'POST /api/snapshots/import': { least: 'admin', status: 200, body: [] },
  'PUT /api/snapshots/:id/pin': { least: 'operator', status: 404 },
  'DELETE /api/snapshots/:id/pin': { least: 'operator', status: 404 },
  'DELETE /api/snapshots/:id': { least: 'operator', status: 404 },
  'POST /api/backup': { least: 'admin', status: 200 },

  'GET /api/kill-switch': { least: 'viewer', status: 200 },
  'PUT /api/kill-switch': { least: 'operator', status: 200, body: { scope: 'global', on: true } },
  'POST /api/services/:service/kill-switch': { least: 'operator', status: 200, body: { enabled: true } },

  'GET /api/keys': { least: 'admin', status: 200 },
  'GET /api/nodes': { least: 'admin', status: 200 },
  'GET /api/key-usage': { least: 'admin', status: 200 },
  'POST /api/keys': { least: 'admin', status: 400, body: { name: '' } },
  'POST /api/keys/:id/rotate': { least: 'admin', status: 404, body: GRACE },
  'DELETE /api/keys/:id': { least: 'admin', status: 404 },
  'GET /api/users': { least: 'admin', status: 200 },
  'POST /api/users': { least: 'admin', status: 400, body: { name: '', role: 'viewer' } },
  'GET /api/users/:id': { least: 'admin', status: 404 },
  'PATCH /api/users/:id': { least: 'admin', status: 404, body: {} },
  'DELETE /api/users/:id': { least: 'admin', status: 404 },
  'POST /api/users/:id/invitation': { least: 'admin', status: 404 },
  'GET /api/audit': { least: 'admin', status: 200 },
  'GET /api/audit/export': { least: 'admin', status: 400 },
  'GET /api/webhooks': { least: 'admin', status: 200 },
  'POST /api/webhooks': { least: 'admin', status: 400, body: { url: '', events: [] } },
  'GET /api/webhooks/:id': { least: 'admin', status: 404 },
  'PATCH /api/webhooks/:id': { least: 'admin', status: 404, body: {} },
  'DELETE /api/webhooks/:id': { least: 'admin', status: 404 },
  'POST /api/webhooks/:id/rotate-secret': { least: 'admin', status: 404, body: {} },
  'POST /api/webhooks/:id/test': { least: 'admin', status: 404 },
  'GET /api/webhooks/:id/deliveries': { least: 'admin', status: 404 },

  'GET /sdk/snapshots/active/*': { least: 'agent', status: 200, otherService: 403 },
  'POST /sdk/snapshots/active/*': {
    least: 'agent',
    status: 200,
    otherService: 403,
    body: { events: [] },
  },
  'GET /sdk/snapshots/stream/*': { least: 'agent', status: 200, otherService: 403 },
  'POST /sdk/snapshots/auto-register': {
    least: 'agent',
    status: 201,
    otherService: 403,
    body: { service_name: 'shop', label: 'a' },
  },
  'POST /sdk/snapshots/capture': { least: 'agent', status: 201, otherService: 403, body: CAPTURE },
  'POST /sdk/source/:requestId': { least: 'agent', status: 404, otherService: 404 },
  'POST /v1/traces': { least: 'agent', status: 200, otherService: 200, body: {} },
  'POST /v1/metrics': { least: 'agent', status: 200, otherService: 200, body: {} },
};
