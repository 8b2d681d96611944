import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createTemporaryFolder } from './a-running-server.ts';
import { runCli } from './cli-process.ts';

test('a server that is too busy to answer at once is there all the same', async () => {
  using folder = createTemporaryFolder();
  const busy = createServer((request, response) => {
    if (request.url !== '/healthz') response.end('[]');
  }).listen(0, '127.0.0.1');
  await once(busy, 'listening');
  try {
    const address = busy.address();
    const port = typeof address === 'object' ? address?.port : 0;
    writeFileSync(
      join(folder.path, 'server.json'),
      JSON.stringify({ url: `http://127.0.0.1:${port}`, pid: process.pid, localToken: 'x' }),
    );
    expect(await runCli(['services', '--json'], { STILLFRAME_DATA_DIR: folder.path })).toEqual({
      code: 0,
      stdout: '[]',
      stderr: '',
    });
  } finally {
    busy.closeAllConnections();
    busy.close();
  }
});
