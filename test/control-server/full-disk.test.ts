import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { createApiClient } from '../../control-server/cli/api-client.ts';
import type { ApiClient } from '../../control-server/cli/api-client.ts';
import { readServerInfo } from '../../control-server/data-folder.ts';
import { carryError } from '../../control-server/store/thread-messages.ts';
import type { KillSwitch, NewSdkKey } from '../../src/protocol/api.ts';
import { createTemporaryFolder } from './cli/a-running-server.ts';
import { runCli, startCli } from './cli/cli-process.ts';
import type { CliProcess } from './cli/cli-process.ts';
import { openStream } from './live/stream-reader.ts';

/** No file may grow beyond 4 MiB (in blocks of 512 bytes): the database meets its end as on a disk that is full. */
const NO_ROOM = 'ulimit -f 8192';
const SHOP_KILL = { scope: 'service', serviceName: 'shop', on: true } as const;
/** Else the kernel ends a process that writes beyond the limit; with a full disk there is no such signal. */
const WITHOUT_SIGNAL = ['--import', 'data:text/javascript,process.on("SIGXFSZ",()=>{})'];

interface Serving {
  readonly process: CliProcess;
  readonly api: ApiClient;
  readonly url: string;
  readonly headers: Record<string, string>;
}

async function serve(folder: string, limits?: string): Promise<Serving> {
  const process = startCli(
    ['serve', '--port', '0', '--data-dir', folder],
    {},
    limits === undefined ? [] : WITHOUT_SIGNAL,
    limits,
  );
  await process.waitForLine('stdout', /^Data folder/);
  const info = readServerInfo(folder);
  if (info === null) throw new Error('The server wrote nothing of itself.');
  const api = createApiClient({ url: info.url, token: info.localToken, source: 'serve' });
  const { secret } = await api.send<NewSdkKey>('POST', '/api/keys', { name: 'test', environment: 'default' });
  return {
    process,
    api,
    url: info.url,
    headers: {
      'x-api-key': secret,
      'user-agent': 'stillframe/0.1.0 node/24.0.0',
      'content-type': 'application/json',
    },
  };
}

/** Stores snapshots until nothing more fits, and returns the last answer. */
async function fill({ url, headers }: Serving): Promise<Response> {
  const snapshots = Array.from({ length: 100 }, () => ({
    service_name: 'shop',
    label: 'checkout',
    file_path: '/app/order.ts',
    line_number: 1,
    captured_at: new Date().toISOString(),
    variables: { text: 'a word '.repeat(2_000) },
    scrubbed: { version: 1 },
  }));
  for (let batch = 0; batch < 100; batch++) {
    const body = JSON.stringify(snapshots);
    const answer = await fetch(`${url}/sdk/snapshots/capture`, { method: 'POST', headers, body });
    if (answer.status >= 400) return answer;
    await answer.body?.cancel();
  }
  throw new Error('The database took everything.');
}

describe('a server whose database cannot grow', () => {
  it('stores nothing more, and still stops capture, over its own death too', async () => {
    using folder = createTemporaryFolder();
    const env = { STILLFRAME_DATA_DIR: folder.path };
    const serving = await serve(folder.path, NO_ROOM);
    await using first = serving.process;
    const stream = await openStream(`${serving.url}/sdk/snapshots/stream/shop`, serving.headers);
    await stream.next('init');
    const refused = await fill(serving);
    expect([503, 507]).toContain(refused.status);
    expect(refused.headers.get('retry-after')).toMatch(/^\d+$/);

    // What a kill takes may still fit where a batch of snapshots did not.
    while ((await serving.api.send<KillSwitch>('PUT', '/api/kill-switch', SHOP_KILL)).written) continue;

    const stopped = await runCli(['kill-switch', 'on', '--reason', 'disk'], env);
    expect(stopped).toMatchObject({ code: 0, stdout: 'Stopped: captures of all services.' });
    expect(stopped.stderr).toContain('not yet written');
    expect((await stream.next('kill_switch')).data).toMatchObject({ enabled: true });
    expect((await runCli(['kill-switch', 'status'], env)).stdout).toContain('stopped, not yet written');
    expect(existsSync(join(folder.path, 'unwritten-kills'))).toBe(true);
    first.kill('SIGKILL');
    await first.ended;

    const second = await serve(folder.path);
    await using ending = second.process;
    const poll = await fetch(`${second.url}/sdk/snapshots/active/shop`, { headers: second.headers });
    expect(await poll.json()).toMatchObject({ kill_switch: true });
    await expect
      .poll(() => second.api.get<KillSwitch[]>('/api/kill-switch'))
      .toMatchObject([
        { scope: 'global', on: true, reason: 'disk', by: 'local', written: true },
        { scope: 'service', serviceName: 'shop', on: true, written: true },
      ]);
    ending.kill('SIGTERM');
    expect(await ending.ended).toBe(0);
  });
});

describe('a database that is full', () => {
  it('is told from one that fails', () => {
    const database = new DatabaseSync(':memory:');
    database.exec('PRAGMA max_page_count = 4; CREATE TABLE filled (text TEXT)');
    const fillUp = (): void => {
      for (;;) database.exec(`INSERT INTO filled VALUES ('${'x'.repeat(1_000)}')`);
    };
    expect(codeOf(fillUp)).toBe('store_full');
    expect(codeOf(() => database.exec('SELECT * FROM nothing'))).toBe('store_failed');
    database.close();
  });
});

function codeOf(run: () => void): string {
  try {
    run();
    return 'none';
  } catch (error) {
    return carryError(error, 'a test').code;
  }
}
