import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { portOf, startFakeControlServer } from '../helpers/fake-control-server.ts';
import { eventually } from '../helpers/until.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixture = (name: string): string => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** The Node lines that the agent supports and the repository brings. */
const NODES = [
  ['24', `${root}node_modules/node/bin/node`],
  ['22', `${root}test/node-22/node_modules/node/bin/node`],
] as const;

describe.each(NODES)('on Node %s', (line, node) => {
  test('importing and using delivery and control leaves the global dispatcher of the host as it was', () => {
    const output = execFileSync(node, [fixture('global-dispatcher.ts')], { encoding: 'utf8' });
    expect(JSON.parse(output)).toEqual({
      major: Number(line),
      untouchedWhenUnset: true,
      hostDispatcherKept: true,
      symbolsAdded: [],
    });
  });

  test('an open stream, a hanging upload and pending retries do not keep a process alive, and nothing is printed', async () => {
    const server = await startFakeControlServer();
    server.misbehave('capture', { kind: 'hang' });
    server.misbehave('register', { kind: 'status', status: 503 });
    const result = await run(node, [fixture('busy-agent.ts'), server.url, server.apiKey]);
    expect(result).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(server.requestsTo('capture')).toHaveLength(1);
    expect(server.requestsTo('register')).toHaveLength(1);
    expect(server.streamCount).toBe(1);
    await server.close();
  });

  test('a flush before the exit holds the process until it is done, and no longer', async () => {
    const server = await startFakeControlServer();
    const result = await run(node, [fixture('flush-before-exit.ts'), server.url, server.apiKey]);
    expect(result).toMatchObject({ code: 0, stdout: '{"unsent":0}', stderr: '' });
    expect(server.stored.size).toBe(250);
    await server.close();
  });

  test('a server that never finishes its TLS handshake does not keep a process alive', async () => {
    let greetings = 0;
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => greetings++);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const result = await run(node, [fixture('stalled-handshake.ts'), `https://localhost:${portOf(server)}`]);
    expect(result).toMatchObject({ code: 0, stdout: '', stderr: '' });
    await eventually(() => expect(greetings).toBe(1));
    server.close();
  });
});

/** Runs a program that has to end by itself well before the minute of its requests. */
async function run(
  node: string,
  args: string[],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(node, args, { timeout: 50_000 });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => {
    child.on('close', resolve);
  });
  return { code, stdout, stderr };
}
