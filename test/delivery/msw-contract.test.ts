import { HttpRequestInterceptor } from '@mswjs/interceptors/http';
import { zstdDecompressSync } from 'node:zlib';
import { HttpResponse, http } from 'msw/http';
import { defineNetwork, InterceptorSource } from 'msw/experimental';
import { describeControlServerContract } from '../helpers/control-server-contract.ts';

const URL_BASE = 'http://control.stillframe.test';
const API_KEY = 'sf_abcdefghijkl_network';
const VERSION = '1700000000000-7';

/** A network without a server: what the agent sends never reaches a socket. */
describeControlServerContract('the fake network', async () => {
  const breakpoints = new Map<string, Record<string, unknown>>();
  const stored = new Set<string>();
  const state = (): Record<string, unknown> => ({
    breakpoints: [...breakpoints.values()],
    kill_switch: false,
    version: VERSION,
    sse_endpoint: '/sdk/snapshots/stream/contract-shop',
  });
  const network = defineNetwork({
    // Otherwise every request is written to the console.
    context: { quiet: true },
    onUnhandledFrame: 'error',
    // The undici package is seen only at the level of sockets.
    sources: [new InterceptorSource({ interceptors: [new HttpRequestInterceptor()] })],
    handlers: [
      http.all(`${URL_BASE}/*`, ({ request }) =>
        request.headers.get('x-api-key') === API_KEY ? undefined : problem(401, 'unknown_key'),
      ),
      http.get(`${URL_BASE}/sdk/snapshots/active/:service`, () => HttpResponse.json(state())),
      http.post(`${URL_BASE}/sdk/snapshots/active/:service`, () => HttpResponse.json(state())),
      http.post(`${URL_BASE}/sdk/snapshots/auto-register`, async ({ request }) => {
        const registration: unknown = await request.json();
        const { label, ...place } = Object(registration);
        const known = breakpoints.get(label);
        const breakpoint = known ?? {
          ...place,
          label,
          id: '00000000-0000-4000-8000-000000000001',
          enabled: true,
          mode: 'snapshot',
          max_captures: 0,
          capture_count: 0,
        };
        breakpoints.set(label, breakpoint);
        return HttpResponse.json(breakpoint, { status: known === undefined ? 201 : 200 });
      }),
      http.post(`${URL_BASE}/sdk/snapshots/capture`, async ({ request }) => {
        const isLines = request.headers.get('content-type') === 'application/x-ndjson';
        const items = (await textOf(request))
          .trim()
          .split('\n')
          .map((line) => Object(JSON.parse(line)));
        const rejected = items.flatMap((item, index) =>
          'captured_at' in item ? [] : [{ index, code: 'bad_captured_at' }],
        );
        const good = items.filter((item) => 'captured_at' in item);
        const fresh = good.filter((item) => !stored.has(item.snapshot_id));
        for (const item of fresh) stored.add(item.snapshot_id);
        return HttpResponse.json(
          {
            accepted: fresh.length,
            duplicates: good.length - fresh.length,
            rejected,
            version: VERSION,
            kill_switch: false,
          },
          { status: isLines ? 202 : 201 },
        );
      }),
      http.get(
        `${URL_BASE}/sdk/snapshots/stream/:service`,
        () =>
          new HttpResponse(`event: init\nid: ${VERSION}\ndata: ${JSON.stringify(state())}\n\n`, {
            headers: { 'content-type': 'text/event-stream' },
          }),
      ),
    ],
  });
  network.enable();
  return { url: URL_BASE, apiKey: API_KEY, close: () => Promise.resolve(network.disable()) };
});

async function textOf(request: Request): Promise<string> {
  if (request.headers.get('content-encoding') !== 'zstd') return request.text();
  return zstdDecompressSync(await request.arrayBuffer()).toString('utf8');
}

function problem(status: number, code: string): HttpResponse<string> {
  return new HttpResponse(
    JSON.stringify({ type: 'about:blank', title: code, status, code, detail: 'Send a key.' }),
    { status, headers: { 'content-type': 'application/problem+json' } },
  );
}
