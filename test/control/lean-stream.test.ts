import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startFakeControlServer } from '../helpers/fake-control-server.ts';
import type { FakeControlServer } from '../helpers/fake-control-server.ts';

const PROGRAM = join(import.meta.dirname, 'lean-stream-process.ts');

let server: FakeControlServer;
beforeEach(async () => {
  server = await startFakeControlServer();
});
afterEach(() => server.close());

it("takes events from the stream without making Node load its own fetch into the host's thread", async () => {
  server.killSwitch = true;
  const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, server.url, server.apiKey]);
  expect(JSON.parse(stdout)).toEqual([]);
});
