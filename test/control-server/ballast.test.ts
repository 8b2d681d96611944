import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BALLAST_FILE, takeBallast, withBallast } from '../../control-server/ballast.ts';
import { createControlServer } from '../../control-server/server.ts';
import { createTemporaryFolder } from './cli/a-running-server.ts';

describe('the ballast of a data folder', () => {
  test('is taken by a running server, of a mebibyte that really takes its room, for its owner only', async () => {
    using folder = createTemporaryFolder();
    const server = await createControlServer({ dataFolder: folder.path, port: 0, logLevel: 'silent' });
    const { size, mode, blocks } = statSync(join(folder.path, BALLAST_FILE));
    expect([size, mode & 0o777]).toEqual([1_048_576, 0o600]);
    expect(blocks * 512).toBeGreaterThanOrEqual(1_048_576);
    await server.close();
    // It is for the next start.
    expect(existsSync(join(folder.path, BALLAST_FILE))).toBe(true);
  });

  test('is kept while the disk has room, whatever fails then', async () => {
    using folder = createTemporaryFolder();
    await takeBallast(folder.path);
    let tries = 0;
    const fail = (): void => {
      tries += 1;
      throw new Error('another reason');
    };
    await expect(withBallast(folder.path, fail)).rejects.toThrow('another reason');
    expect(tries).toBe(1);
    expect(existsSync(join(folder.path, BALLAST_FILE))).toBe(true);
  });

  test('of a folder that is not there is nothing to worry about', async () => {
    expect(await withBallast('/nonexistent/folder', () => 'written')).toBe('written');
    await takeBallast('/nonexistent/folder');
    expect(existsSync('/nonexistent')).toBe(false);
  });
});
