import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createControlServer } from '../../../control-server/index.ts';
import type { ControlServer } from '../../../control-server/index.ts';
import { API_ROUTES } from '../api/api-routes.ts';

const PASSWORD = 'correct horse battery staple';
/** Stands in every place of a request that could be a secret or a captured value. */
const MARK = 'z9secretz9';
const AGENT_ROUTES = [
  ['GET', '/sdk/snapshots/active/:service'],
  ['POST', '/sdk/snapshots/active/:service'],
  ['GET', '/sdk/snapshots/stream/:service'],
  ['POST', '/sdk/snapshots/auto-register'],
  ['POST', '/sdk/snapshots/capture'],
  ['POST', '/v1/traces'],
  ['GET', '/metrics'],
  ['GET', '/healthz'],
  ['GET', '/readyz'],
  ['GET', '/'],
  ['GET', `/${MARK}`],
  ['TRACE', '/'],
] as const;

let folder: string;
let server: ControlServer;
let lines: string[];
const secrets: string[] = [MARK, PASSWORD];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stillframe-logs-'));
  lines = [];
  server = await createControlServer({
    dataFolder: folder,
    port: 0,
    logLevel: 'trace',
    logDestination: { write: (line) => void lines.push(line) },
    metricsToken: `metrics-${MARK}`,
    firstAdmin: { name: 'ada', password: PASSWORD },
  });
  secrets.push(server.localToken);
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const credentials = async (): Promise<Record<string, string>[]> => {
  const { secret } = await server.createKey({ name: 'agents' });
  const signedIn = await fetch(`${server.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify({ name: 'ada', password: PASSWORD }),
  });
  const [cookie = ''] = (signedIn.headers.get('set-cookie') ?? '').split(';');
  expect(cookie).not.toBe('');
  secrets.push(secret, secret.split('_')[2] ?? '', cookie.split('=')[1] ?? '');
  return [
    {},
    { cookie },
    { 'x-api-key': secret },
    { authorization: `Bearer ${secret}` },
    { authorization: `Bearer ${server.localToken}` },
    {
      authorization: `Bearer sfp_abc_${MARK}`,
      cookie: `stillframe_x=${MARK}`,
      'x-api-key': `sf_abc_${MARK}`,
      'x-forwarded-for': MARK,
    },
  ];
};
const BODIES = [
  { [MARK]: MARK, password: MARK, current: MARK, secret: MARK, url: `http://${MARK}/?${MARK}`, name: MARK },
  {
    service_name: 'shop',
    label: 'checkout',
    file_path: `/${MARK}`,
    line_number: 1,
    function_name: MARK,
    variables: { card: MARK },
    captured_at: '2026-11-21T10:00:00Z',
    events: [{ type: 'agent_status', last_error: MARK }],
  },
  `{"broken": ${MARK}`,
];

async function driveEverything(headers: Record<string, string>): Promise<void> {
  for (const [method, path] of [...API_ROUTES, ...AGENT_ROUTES]) {
    const url = `${server.url}${path.replace(/:\w+/g, `${MARK}%0d%0aforged%1b[2J`)}?token=${MARK}&q=${MARK}`;
    const bodies = method === 'GET' || method === 'TRACE' ? [undefined] : BODIES;
    for (const body of bodies) {
      const controller = new AbortController();
      const answer = await fetch(url, {
        method,
        headers: {
          ...headers,
          'user-agent': MARK,
          referer: `http://x/?${MARK}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        signal: controller.signal,
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }).catch(() => null);
      controller.abort();
      await answer?.body?.cancel().catch(() => undefined);
    }
  }
}

it('logs no key, cookie, token, password, query or value at any level, whatever is sent where', async () => {
  for (const headers of await credentials()) await driveEverything(headers);
  // The store fails from here on: what went wrong is logged with what caused it.
  const database = new DatabaseSync(join(folder, 'stillframe.db'));
  for (const table of ['sdk_key', 'session', 'settings_document', 'snapshot']) {
    database.exec(`PRAGMA foreign_keys = OFF; ALTER TABLE ${table} RENAME TO ${table}_gone`);
  }
  database.close();
  for (const headers of await credentials().catch(() => [{ authorization: `Bearer ${server.localToken}` }])) {
    await driveEverything(headers);
  }
  const log = lines.join('');
  for (const secret of secrets.filter((text) => text.length > 5)) expect(log).not.toContain(secret);
  // oxlint-disable-next-line no-control-regex -- what must not be there
  for (const line of lines) expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  // It was not silent: each request has its line, and each failure its reason.
  const logged = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const requests = logged.filter(({ msg }) => msg === 'request');
  expect(requests.length).toBeGreaterThan(500);
  expect(requests[0]).toMatchObject({
    level: 20,
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    method: expect.any(String),
    route: expect.any(String),
    status: expect.any(Number),
    ms: expect.any(Number),
  });
  expect(
    logged.some(({ msg, err }) => msg === 'request failed' && JSON.stringify(err).includes('no such table')),
  ).toBe(true);
});

it('names the line of the log in the answer of what failed, and nothing of the reason', async () => {
  const answer = await fetch(`${server.url}/api/snapshots`, {
    headers: { authorization: `Bearer ${server.localToken}` },
  });
  const body = (await answer.json()) as Record<string, string>;
  expect([answer.status, body['code']]).toEqual([503, 'store_failed']);
  expect(JSON.stringify(body)).not.toMatch(/table|SELECT|sqlite|\.ts|at /i);
  const line = lines
    .map((text) => JSON.parse(text) as Record<string, unknown>)
    .find(({ requestId, level }) => requestId === body['requestId'] && level === 50);
  expect(line).toMatchObject({ msg: 'request failed', route: '/api/snapshots' });
});
