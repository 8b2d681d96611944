import { afterAll, beforeAll, expect, it } from 'vitest';
import { openApi } from '../api/open-api.ts';
import type { OpenApi } from '../api/open-api.ts';

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}
interface Documented {
  readonly paths: Record<
    string,
    Record<
      string,
      { readonly requestBody?: { readonly content: Record<string, { readonly schema?: Schema }> } }
    >
  >;
}

/** Takes captured data as agents send it: parsed field by field, so that what it does not know is left out and not refused. */
const CAPTURED = 'POST /api/snapshots/import';

let api: OpenApi;
let bodies: (readonly [operation: string, schema: Schema])[];
beforeAll(async () => {
  api = await openApi();
  const { paths } = await api.readDocumentation<Documented>();
  bodies = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { requestBody }]) => {
      const schema = requestBody?.content['application/json']?.schema;
      const operation = `${method.toUpperCase()} ${path}`;
      return schema === undefined || operation === CAPTURED ? [] : [[operation, schema] as const];
    }),
  );
});
afterAll(() => api[Symbol.asyncDispose]());

/** Places of objects that would take a field that nobody knows. */
function openPlaces(schema: Schema, place: string): string[] {
  const { properties = {}, items, anyOf = [] } = schema;
  return [
    ...(schema.type === 'object' && schema.additionalProperties !== false ? [place] : []),
    ...Object.entries(properties).flatMap(([name, property]) => openPlaces(property, `${place}/${name}`)),
    ...(items === undefined ? [] : openPlaces(items, `${place}/*`)),
    ...anyOf.flatMap((variant) => openPlaces(variant, place)),
  ];
}

it('has no body that takes a field that it does not know, at any depth', () => {
  expect(bodies.length).toBeGreaterThan(15);
  expect(bodies.flatMap(([operation, schema]) => openPlaces(schema, operation))).toEqual([]);
});

it('refuses fields that only the server sets, by name', async () => {
  const cookie = await api.signIn('admin');
  for (const [operation] of bodies) {
    const [method = '', path = ''] = operation.split(' ');
    for (const field of [
      'isAdmin',
      'role_',
      'id',
      'version',
      'createdBy',
      'secretHash',
      'passwordHash',
      'captureCount',
    ]) {
      const answer = await api.call(method, path.replace(/\{\w+\}/g, 'x'), { cookie, body: { [field]: 1 } });
      expect([operation, answer.statusCode]).toEqual([operation, 400]);
    }
    // By the parser already, before any schema is asked.
    for (const body of [
      '{"__proto__":{"isAdmin":true}}',
      '{"constructor":{"prototype":{"isAdmin":true}}}',
      '{"nested":[{"__proto__":{"isAdmin":true}}]}',
    ]) {
      const polluted = await api.call(method, path.replace(/\{\w+\}/g, 'x'), { cookie, body });
      const { code } = polluted.json<{ code: string }>();
      expect([operation, body, polluted.statusCode, code]).toEqual([operation, body, 400, 'bad_json']);
    }
  }
  expect(({} as { isAdmin?: boolean }).isAdmin).toBe(undefined);
});

it.each(['__proto__', 'constructor', 'toString'])('knows no filter %s', async (name) => {
  const cookie = await api.signIn('admin');
  for (const path of ['/api/snapshots', '/api/audit', '/api/snapshots/export', '/api/breakpoints']) {
    const answer = await api.call('GET', `${path}?limit=1&${name}=1`, { cookie });
    expect([path, answer.statusCode]).toEqual([path, 400]);
    const alone = await api.call('GET', `${path}?${name}=1`, { cookie });
    expect([path, alone.statusCode]).toEqual([path, 400]);
  }
});
