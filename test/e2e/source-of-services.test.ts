import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { AgentSummary, Problem, SnapshotResource, SnapshotSummary } from '../../src/protocol/api.ts';
import type { FileSource, ServiceFiles } from '../../src/protocol/api-source.ts';
import { startCli } from '../control-server/cli/cli-process.ts';
import { fieldsOf, openStream } from '../control-server/live/stream-reader.ts';
import type { StreamReader } from '../control-server/live/stream-reader.ts';
import type { ControlServerProcess } from '../helpers/control-server-process.ts';
import { createKey, OURS, startNodeProcess } from '../helpers/node-process.ts';
import { createPostgresDatabase } from '../helpers/postgres-database.ts';
import { startControlServerProcess } from '../helpers/control-server-process.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';
import { BUNDLED, ORDER, PLAIN, SECRET, writeShopWithOriginals } from './shop-with-originals.ts';
import type { ShopWithOriginals } from './shop-with-originals.ts';

type Node = Pick<ControlServerProcess, 'api' | 'url'>;

async function get<T>(node: Node, path: string): Promise<{ readonly status: number; readonly body: T }> {
  const { status, body } = await node.api('GET', path);
  // The routes answer with what their schemas say.
  return { status, body: body as T };
}

const files = (node: Node, more = '') =>
  get<ServiceFiles & Problem>(node, `/api/services/shop/files?${more}`);
const source = (node: Node, id: string, more = '') =>
  get<FileSource & Problem>(node, `/api/services/shop/source?file=${id}${more}`);

function untilStreams(node: Node, count: number): Promise<readonly AgentSummary[]> {
  return until(`${count} streams`, async () => {
    const { body } = await get<AgentSummary[]>(node, '/api/agents?service=shop');
    return body.filter(({ streaming, status }) => streaming && status !== null).length === count
      ? body
      : null;
  });
}

function startShop(): ShopWithOriginals {
  const shop = writeShopWithOriginals();
  onTestFinished(() => shop.close());
  return shop;
}

async function startAlone(): Promise<ControlServerProcess> {
  const node = await startControlServerProcess(temporaryFolder());
  onTestFinished(() => node.end('SIGKILL'));
  return node;
}

interface Instance {
  readonly instanceId: string;
  readonly stream: StreamReader;
  /** The status of what it gets for an answer. */
  answer(requestId: unknown, body: unknown, headers?: Readonly<Record<string, string>>): Promise<number>;
}

/** A folder that is gone with the last of the others. */
function folderUntil(ends: (() => Promise<void>)[]): string {
  const path = mkdtempSync(join(tmpdir(), 'stillframe-source-'));
  ends.push(async () => rmSync(path, { recursive: true, force: true }));
  return path;
}

describe.each(['sqlite', 'postgres'] as const)('the source of a running service, on %s', (store) => {
  /** Who is asked, and where the agent has its stream: another node, where there are two. */
  let asked: ControlServerProcess;
  let agentSide: ControlServerProcess;
  let shop: ShopWithOriginals;
  let secret: string;
  const ends: (() => Promise<void>)[] = [];

  beforeAll(async () => {
    if (store === 'sqlite') {
      asked = await startControlServerProcess(folderUntil(ends));
      ends.push(() => asked.end('SIGKILL'));
      agentSide = asked;
    } else {
      const database = await createPostgresDatabase();
      const atEnd = (end: () => Promise<void>): void => void ends.push(end);
      asked = await startNodeProcess(database, atEnd);
      agentSide = await startNodeProcess(database, atEnd);
    }
    ({ secret } = await createKey(asked));
    shop = writeShopWithOriginals();
    ends.push(() => shop.close());
    shop.start(agentSide.url, secret);
    await untilStreams(asked, 1);
  });
  afterAll(async () => {
    for (const end of ends.toReversed()) await end();
  });

  it('is a list of the loaded files of the application, with the originals of what was compiled', async () => {
    const { status, body } = await files(asked);
    expect(status).toBe(200);
    const listed = body.files.map(({ path, kind, compiledPath }) => [path, kind, compiledPath]);
    expect(listed).toEqual(
      [
        [shop.path('dist/bundle.js'), 'compiled', null],
        [shop.path('dist/leak.js'), 'compiled', null],
        [shop.path('dist/plain.js'), 'compiled', null],
        [shop.path('main.mjs'), 'loaded', null],
        [shop.path('src/bundled.ts'), 'original', shop.path('dist/bundle.js')],
        [shop.path('src/link.ts'), 'original', shop.path('dist/leak.js')],
        [shop.path('src/order.ts'), 'loaded', null],
        [shop.path('src/plain.ts'), 'original', shop.path('dist/plain.js')],
      ].toSorted(),
    );
    expect(body).toMatchObject({
      serviceName: 'shop',
      omittedFiles: 0,
      hasDifferentCode: false,
      instances: [{ environment: 'default', state: 'answered', reason: null, detail: null }],
    });
  });

  const idOf = async (name: string): Promise<string> => {
    const { body } = await files(asked);
    const file = body.files.find(({ path }) => path === shop.path(name));
    if (file === undefined) throw new Error(`${name} is not listed`);
    return file.id;
  };

  it.each([
    ['src/order.ts', ORDER, 'TypeScript that Node strips'],
    ['src/plain.ts', PLAIN, 'an original on the disk'],
    ['src/bundled.ts', BUNDLED.replace(SECRET, '[REDACTED:api_key]'), 'an original in its map, scrubbed'],
    ['dist/plain.js', 'export const plain = true;\n//# sourceMappingURL=plain.js.map\n', 'what runs'],
  ])('shows %s as people wrote it: %3$s', async (name, text) => {
    const { status, body } = await source(asked, await idOf(name));
    expect([status, body.source, body.isStale]).toEqual([200, text, false]);
    expect(body.lineCount).toBe(text.split('\n').length);
  });

  it('shows no file that a map names and that leads out of the application', async () => {
    const { status, body } = await source(asked, await idOf('src/link.ts'));
    expect([status, body.code]).toEqual([409, 'source_unavailable']);
  });

  it.each(['unknown', 'L2V0Yy9wYXNzd2Q', '_'])('knows no other id: %s', async (id) => {
    const { status, body } = await source(asked, id);
    expect([status, body.code]).toEqual([404, 'unknown_file']);
  });

  it.each(['../../etc/passwd', '%2Fetc%2Fpasswd', 'a.ts', ''])('takes no path for an id: %s', async (id) => {
    expect((await source(asked, id)).status).toBe(400);
  });

  it('is written down: who saw which file of which instance', async () => {
    const { body } = await source(asked, await idOf('src/order.ts'));
    const audit = await get<{ items: { action: string; target: string; after: unknown }[] }>(
      asked,
      '/api/audit?action=source.view&limit=1',
    );
    expect(audit.body.items[0]).toMatchObject({
      action: 'source.view',
      target: 'service/shop',
      after: { path: shop.path('src/order.ts'), instanceId: body.instanceId },
    });
  });

  it('comes with the snapshot of a line, around the closest frames', async () => {
    const created = await asked.api('POST', '/api/breakpoints', {
      serviceName: 'shop',
      filePath: 'src/order.ts',
      lineNumber: 6,
      columnNumber: 3,
    });
    expect(created).toMatchObject({ status: 201, body: { lineNumber: 6, columnNumber: 3 } });
    const list = await until('a snapshot', async () => {
      const { body } = await get<{ items: SnapshotSummary[] }>(asked, '/api/snapshots?service=shop');
      return body.items[0] ?? null;
    });
    const { body } = await get<SnapshotResource>(asked, `/api/snapshots/${list.id}`);
    expect(body.source?.[0]).toEqual({ frame: 0, startLine: 1, lines: ORDER.split('\n') });
    expect(body.source?.map(({ frame }) => body.frames[frame]?.filePath)).toEqual([
      shop.path('src/order.ts'),
      shop.path('main.mjs'),
    ]);
  });

  /** An instance of no program, which says what the test says; to the node that asked: behind a load balancer that may be any. */
  async function openInstance(service = 'shop'): Promise<Instance> {
    const instanceId = randomUUID();
    const headers = { 'x-api-key': secret, ...OURS, 'x-agent-instance': instanceId };
    const stream = await openStream(`${agentSide.url}/sdk/snapshots/stream/${service}`, headers);
    onTestFinished(() => stream.close());
    await until('the instance at the other node', async () => {
      const { body } = await get<AgentSummary[]>(asked, `/api/agents?service=${service}`);
      return body.some((agent) => agent.instanceId === instanceId && agent.streaming);
    });
    return {
      instanceId,
      stream,
      async answer(requestId, body, more = {}) {
        const { status } = await fetch(`${asked.url}/sdk/source/${String(requestId)}`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', ...headers, ...more },
          body: JSON.stringify(body),
        });
        return status;
      },
    };
  }

  const requestIdOf = async (stream: StreamReader): Promise<unknown> =>
    fieldsOf(await stream.next('source_request'))['request_id'];

  it('takes the answer of the instance that was asked, once', async () => {
    const { instanceId, stream, answer } = await openInstance();
    const question = files(asked, `instance=${instanceId}`);
    const requestId = await requestIdOf(stream);
    const tree = { kind: 'tree', files: [{ id: 'a', path: '/app/a.js' }] };
    expect(await answer(requestId, tree, { 'x-agent-instance': randomUUID() })).toBe(404);
    expect(await answer(randomUUID(), tree)).toBe(404);
    expect(await answer(requestId, tree)).toBe(202);
    expect(await answer(requestId, tree)).toBe(404);
    const { status, body } = await question;
    expect([status, body.files.map(({ path }) => path)]).toEqual([200, ['/app/a.js']]);
  });

  it('says so when nobody answers in time', async () => {
    const { instanceId } = await openInstance();
    const { status, body } = await files(asked, `instance=${instanceId}`);
    expect([status, body.code]).toEqual([504, 'no_answer']);
  });

  it('is scrubbed here where an instance says that it has not', async () => {
    const { instanceId, stream, answer } = await openInstance();
    const file = { id: 'raw', path: '/app/raw.js' };
    const shown = source(asked, 'raw', `&instance=${instanceId}`);
    await answer(await requestIdOf(stream), { kind: 'tree', files: [file] });
    await answer(await requestIdOf(stream), { kind: 'file', file, source: `a();\nconst key = '${SECRET}';` });
    expect((await shown).body).toMatchObject({
      source: "a();\nconst key = '[REDACTED:api_key]';",
      redacted: ['api_key'],
    });
  });

  it('is scrubbed here whatever an instance says, for a service whose agents are not trusted', async () => {
    const settings = { autoRegisterEnabled: true, trustAgents: false, traceLinkTemplate: null };
    await asked.api('PUT', '/api/services/till/settings', settings);
    const { instanceId, stream, answer } = await openInstance('till');
    const file = { id: 'raw', path: '/app/raw.js' };
    const shown = get<FileSource>(asked, `/api/services/till/source?file=raw&instance=${instanceId}`);
    await answer(await requestIdOf(stream), { kind: 'tree', files: [file] });
    const text = { kind: 'file', file, source: `const key = '${SECRET}';`, scrubbed: { version: '1' } };
    await answer(await requestIdOf(stream), text);
    expect((await shown).body.source).toBe("const key = '[REDACTED:api_key]';");
  });
});

describe('the source of services', () => {
  it('is not shown by a process in production, nor by one that was told so', async () => {
    const node = await startAlone();
    const { secret } = await createKey(node);
    const shop = startShop();
    shop.start(node.url, secret, { NODE_ENV: 'production' });
    await untilStreams(node, 1);
    const { status, body } = await files(node);
    expect([status, body.code]).toEqual([409, 'source_access_off']);
    shop.start(node.url, secret, { STILLFRAME_SOURCE_ACCESS: '0' });
    await untilStreams(node, 2);
    expect((await files(node)).body.code).toBe('source_access_off');
    shop.start(node.url, secret, { NODE_ENV: 'production', STILLFRAME_SOURCE_ACCESS: '1' });
    await untilStreams(node, 3);
    const allowed = await files(node);
    expect(allowed.body.instances.map(({ state }) => state).toSorted()).toEqual([
      'answered',
      'refused',
      'refused',
    ]);
  });

  it('is not shown while a kill switch stops the process', async () => {
    const node = await startAlone();
    const { secret } = await createKey(node);
    startShop().start(node.url, secret);
    await untilStreams(node, 1);
    await node.api('PUT', '/api/kill-switch', { scope: 'global', on: true });
    expect((await files(node)).body.code).toBe('killed');
    await node.api('PUT', '/api/kill-switch', { scope: 'global', on: false });
    expect((await files(node)).status).toBe(200);
  });

  it('is nobody’s while nothing runs', async () => {
    const { status, body } = await files(await startAlone());
    expect([status, body.code]).toEqual([409, 'no_agent_online']);
  });

  it('says which instances run different code, and shows that of each', async () => {
    const node = await startAlone();
    const { secret } = await createKey(node);
    const shop = startShop();
    shop.start(node.url, secret, { STILLFRAME_HOST: 'old' });
    await untilStreams(node, 1);
    shop.write('src/order.ts', ORDER.replace('* 2', '* 3'));
    shop.start(node.url, secret, { STILLFRAME_HOST: 'new' });
    await untilStreams(node, 2);
    const { body } = await files(node);
    expect(body.hasDifferentCode).toBe(true);
    const different = body.files.filter(({ versions }) => versions.length > 1);
    expect(different.map(({ path }) => path)).toEqual([shop.path('src/order.ts')]);
    const order = different[0];
    for (const { instanceId, host } of body.instances) {
      const shown = await source(node, order?.id ?? '', `&instance=${instanceId}`);
      expect(shown.body.source).toContain(host === 'new' ? '* 3' : '* 2');
    }
  });

  it('is on the command line: the files, and one of them', async () => {
    const node = await startAlone();
    const { secret } = await createKey(node);
    const shop = startShop();
    shop.start(node.url, secret);
    await untilStreams(node, 1);
    const run = async (
      ...args: string[]
    ): Promise<{ code: unknown; out: readonly string[]; notes: readonly string[] }> => {
      await using cli = startCli([...args, '--url', node.url, '--token', node.localToken], {});
      return { code: await cli.ended, out: cli.stdout, notes: cli.stderr };
    };
    const listed = await run('files', 'shop');
    expect(listed.code).toBe(0);
    expect(listed.out.map((line) => line.split(/\s+/).slice(0, 2))).toEqual([
      ['FILE', 'KIND'],
      [shop.path('main.mjs'), 'loaded'],
      [shop.path('src/bundled.ts'), 'original'],
      [shop.path('src/link.ts'), 'original'],
      [shop.path('src/order.ts'), 'loaded'],
      [shop.path('src/plain.ts'), 'original'],
    ]);
    const shown = await run('source', 'shop', 'src/bundled.ts');
    expect([shown.code, shown.out]).toEqual([0, BUNDLED.replace(SECRET, '[REDACTED:api_key]').split('\n')]);
    expect(shown.notes).toContain('Taken out: api_key.');
    const missing = await run('source', 'shop', 'no.ts');
    expect([missing.code, missing.notes[0]]).toEqual([
      1,
      'stillframe: No loaded file has the path "no.ts" (unknown_file). See stillframe files.',
    ]);
  });
});
