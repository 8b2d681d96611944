import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startControlServerProcess } from '../helpers/control-server-process.ts';
import type { ControlServerProcess } from '../helpers/control-server-process.ts';
import { createPostgresDatabase, query } from '../helpers/postgres-database.ts';

const HOST = 'stillframe.example.com';
const compose = readFileSync(join(import.meta.dirname, '..', '..', 'deploy', 'compose.yaml'), 'utf8');

test('the nodes of the compose file start with its command and environment, and its proxy finds them ready', async () => {
  const database = await createPostgresDatabase();
  const nodes = await Promise.all(
    ['node-1', 'node-2'].map(async (volume) => {
      expect(compose).toContain(`volumes: ['${volume}:/var/lib/stillframe']`);
      return startAsComposed(database);
    }),
  );
  expect(compose).toContain('health_uri /readyz');
  for (const node of nodes) expect(await askAsProxy(node, '/readyz')).toBe(200);
  // Both nodes were told to make the first account.
  expect(await query(database, 'SELECT name, role FROM account')).toEqual([{ name: 'admin', role: 'admin' }]);
});

async function startAsComposed(database: string): Promise<ControlServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-compose-'));
  const [serve, ...options] = commandOf(compose).map((word) =>
    word.replace('/var/lib/stillframe', folder).replace('${STILLFRAME_HOST:?}', HOST),
  );
  expect(serve).toBe('serve');
  const names = [...compose.matchAll(/^ {6}(STILLFRAME_\w+): /gm)].map(([, name = '']) => name);
  expect(names).toEqual(['STILLFRAME_DATABASE_URL', 'STILLFRAME_ADMIN_PASSWORD']);
  const node = await startControlServerProcess(folder, 0, options, {
    STILLFRAME_DATABASE_URL: database,
    STILLFRAME_ADMIN_PASSWORD: 'correct horse battery staple',
  });
  onTestFinished(async () => {
    await node.end('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  return node;
}

function commandOf(text: string): string[] {
  const list = /^ {4}command: (\[.*\])$/m.exec(text)?.[1] ?? '';
  return JSON.parse(list.replaceAll("'", '"')) as string[];
}

/** Its health check names the host by which people reach it: other names are refused. */
function askAsProxy(node: ControlServerProcess, path: string): Promise<number | undefined> {
  const { port } = new URL(node.url);
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers: { host: HOST } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end();
  });
}
