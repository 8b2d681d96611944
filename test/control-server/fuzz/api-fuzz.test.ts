import * as fc from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openApi } from '../api/open-api.ts';
import type { OpenApi } from '../api/open-api.ts';
import { HOSTILE_TEXTS, hostileBody, hostileValue } from './hostile.ts';
import { faultOf, FUZZ_RUNS, FUZZ_SEED } from './judge-answer.ts';
import { sendRaw } from './raw-request.ts';
import { valueOf } from './schema-value.ts';
import type { JsonSchema } from './schema-value.ts';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: JsonSchema }[];
  readonly body: JsonSchema | null;
}
interface FuzzedRequest {
  readonly path: Readonly<Record<string, string>>;
  readonly query: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}
interface Documented {
  readonly paths: Record<
    string,
    Record<
      string,
      {
        readonly parameters?: Operation['parameters'];
        readonly requestBody?: { readonly content: Record<string, { readonly schema?: JsonSchema }> };
      }
    >
  >;
}

let api: OpenApi;
let operations: Operation[];
let port: number;
beforeAll(async () => {
  // Hashing for real would only make this slow.
  api = await openApi({
    passwords: { hash: () => Promise.resolve('none'), verify: () => Promise.resolve(false) },
  });
  port = Number(new URL(await api.app.listen({ host: '127.0.0.1', port: 0 })).port);
  const { paths } = await api.readDocumentation<Documented>();
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      parameters,
      body: Object.values(requestBody?.content ?? {})[0]?.schema ?? null,
    })),
  );
});
afterAll(() => api[Symbol.asyncDispose]());

const HEADERS: Arbitrary<Record<string, string>> = fc.record(
  {
    'content-type': fc.constantFrom(
      'application/json',
      'application/json; charset=utf-16',
      'text/plain',
      'a/b',
      '',
    ),
    'if-match': fc.constantFrom('"1"', '*', '"', '"-1"', '"99999999999999999"', 'W/"1"'),
    'content-encoding': fc.constantFrom('gzip', 'br', 'gzip, gzip', 'x'),
    accept: fc.constantFrom('*/*', 'text/event-stream', '', 'a'.repeat(500)),
    'last-event-id': fc.constantFrom('1-1', 'x', '9'.repeat(40)),
    origin: fc.constantFrom('http://localhost:7070', 'null'),
    cookie: fc.constantFrom('stillframe_abcdefgh=x', '=;=;', 'a'.repeat(2_000)),
    'x-forwarded-for': fc.constantFrom('127.0.0.1', ',,,', '::1'),
  },
  { requiredKeys: [] },
);

function requestOf({ parameters, body }: Operation): Arbitrary<FuzzedRequest> {
  const named = (place: string) => parameters.filter((parameter) => parameter.in === place);
  const text = (schema: JsonSchema): Arbitrary<string> =>
    fc.oneof(
      { weight: 3, arbitrary: valueOf(schema).map(toText) },
      { weight: 1, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
    );
  const path = fc.record(Object.fromEntries(named('path').map(({ name, schema }) => [name, text(schema)])));
  const query = fc
    .record(Object.fromEntries(named('query').map(({ name, schema }) => [name, text(schema)])), {
      requiredKeys: named('query')
        .filter((parameter) => 'required' in parameter)
        .map(({ name }) => name),
    })
    .map((values) =>
      Object.entries(values)
        .map(([name, value]) => `${name}=${encode(value)}`)
        .join('&'),
    );
  return fc.record({
    path,
    query: fc.oneof(
      { weight: 5, arbitrary: query },
      { weight: 1, arbitrary: fc.constantFrom('a=1', 'limit=1&limit=2', 'q[]=1', '&&=', '%', '__proto__=1') },
    ),
    headers: fc.oneof({ weight: 4, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: HEADERS }),
    body: body === null ? fc.constantFrom(null, '{}') : bodyOf(body),
  });
}

/** What is expected; or with one thing wrong; or anything else. */
function bodyOf(schema: JsonSchema): Arbitrary<string | null> {
  const names = Object.keys(schema.properties ?? {});
  const spoiled = fc
    .tuple(valueOf(schema), fc.constantFrom(...names, 'unknown', '__proto__'), hostileValue)
    .map(([valid, name, value]) =>
      JSON.stringify({ ...(valid as object) }).replace(
        /^\{/,
        () =>
          `{${JSON.stringify(name)}:${JSON.stringify(value)}${Object.keys(valid as object).length > 0 ? ',' : ''}`,
      ),
    );
  const replaced = fc
    .tuple(valueOf(schema), fc.constantFrom(...names, 'unknown'), hostileValue)
    .map(([valid, name, value]) => JSON.stringify({ ...(valid as object), [name]: value }));
  return fc.oneof(
    { weight: 6, arbitrary: valueOf(schema).map((value) => JSON.stringify(value)) },
    { weight: 4, arbitrary: replaced },
    { weight: 1, arbitrary: spoiled },
    { weight: 2, arbitrary: hostileBody },
    { weight: 1, arbitrary: fc.constant(null) },
  );
}

function toText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

/** Half of a surrogate pair has no encoding: it goes as the bytes that a sloppy client would send. */
function encode(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80';
}

it(
  'answers whatever is sent, by whoever it is, with what it promised or a problem',
  { timeout: 600_000 },
  async () => {
    expect(operations.length).toBeGreaterThan(60);
    let answered = 0;
    const statuses = new Set<number>();
    for (const operation of operations) {
      await fc.assert(
        fc.asyncProperty(requestOf(operation), async (fuzzed) => {
          const callers: Record<string, string>[] = [
            {},
            { authorization: `Bearer ${api.localToken}` },
            { 'x-api-key': 'sf_abcdefgh_0123456789' },
            ...(await Promise.all(
              (['viewer', 'operator', 'admin'] as const).map(async (role) => ({
                cookie: await api.signIn(role),
              })),
            )),
          ];
          await Promise.all(
            callers.map(async (caller) => {
              const answer = await send(operation, fuzzed, caller);
              answered++;
              if (answer === null) return;
              statuses.add(answer.statusCode);
              const fault = faultOf(answer);
              const asked = `${operation.method} ${operation.path} as ${Object.keys(caller).join()}`;
              expect(fault === null ? null : `${asked}: ${fault} ${whyOf(answer.body)}`).toBe(null);
            }),
          );
        }),
        { seed: FUZZ_SEED, numRuns: FUZZ_RUNS },
      );
    }
    expect(answered).toBeGreaterThanOrEqual(operations.length * FUZZ_RUNS * 6);
    // It came through to the handlers, and was refused in each of the ways there are.
    for (const status of [200, 201, 400, 401, 403, 404]) expect(statuses).toContain(status);
    expect((await api.call('GET', '/healthz')).json()).toEqual({ status: 'ok' });
  },
);

/** What the log says of a failure. */
function whyOf(body: string): string {
  const id = /"requestId":"([^"]+)"/.exec(body)?.[1];
  const line =
    id === undefined
      ? undefined
      : api
          .logged()
          .split('\n')
          .find((text) => text.includes(id));
  return line ?? '';
}

function send({ method, path }: Operation, fuzzed: FuzzedRequest, caller: Record<string, string>) {
  const url = path.replace(/\{(\w+)\}/g, (_, name: string) => encode(fuzzed.path[name] ?? ''));
  const hasBody = fuzzed.body !== null && method !== 'GET';
  return sendRaw({
    port,
    method,
    path: fuzzed.query === '' ? url : `${url}?${fuzzed.query}`,
    headers: { ...(hasBody ? { 'content-type': 'application/json' } : {}), ...fuzzed.headers, ...caller },
    body: hasBody ? fuzzed.body : null,
  });
}
