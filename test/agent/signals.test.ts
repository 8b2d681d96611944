import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startFakeControlServer } from '../helpers/fake-control-server.ts';
import type { FakeControlServer } from '../helpers/fake-control-server.ts';
import { until } from '../helpers/until.ts';

const root = join(import.meta.dirname, '..', '..');
const agentUrl = JSON.stringify(pathToFileURL(join(root, 'src', 'index.ts')).href);

let server: FakeControlServer;
beforeEach(async () => {
  server = await startFakeControlServer();
});
afterEach(() => server.close());

interface Host {
  readonly child: ChildProcess;
  readonly output: () => string;
  /** Exit code and signal. */
  readonly ended: Promise<unknown[]>;
}

/** A host whose one snapshot would wait for a minute for company, or until a flush. */
async function startHost(code: string, options: Record<string, unknown> = {}): Promise<Host> {
  const given = {
    apiKey: server.apiKey,
    endpoint: server.url,
    serviceName: 'shop',
    env: false,
    handleSignals: true,
    exitFlushMs: 10_000,
    batchDelayMs: 60_000,
    ...options,
  };
  const program = `
    import { init, captureSnapshot, shutdown, status } from ${agentUrl};
    const options = ${JSON.stringify(given)};
    ${code.includes('init(options)') ? code : `init(options);\n${code}`}
    setInterval(() => {}, 1_000);
    captureSnapshot('first', {});
    const ready = setInterval(() => {
      if (status().stored + status().queued === 0 || status().held > 0) return;
      clearInterval(ready);
      captureSnapshot('last', {});
      process.stdout.write('ready ');
    }, 5);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], { cwd: root });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = once(child, 'close');
  await until(`the host (${output})`, () => output.includes('ready'));
  return { child, output: () => output, ended };
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s, with handleSignals', (signal) => {
  it('sends what waits, then ends the process as it would have', async () => {
    const { child, output, ended } = await startHost('');
    child.kill(signal);
    expect(await ended).toEqual([null, signal]);
    expect([...server.stored.values()]).toContainEqual(expect.objectContaining({ label: 'last' }));
    expect(output()).toBe('ready ');
  });

  it.each([
    ['on, before init', `process.on('${signal}', end); init(options);`],
    ['on, after init', `init(options); process.on('${signal}', end);`],
    ['once, after init', `init(options); process.once('${signal}', end);`],
    ['prependOnceListener, after init', `init(options); process.prependOnceListener('${signal}', end);`],
  ])('leaves the end to a handler of the application (%s)', async (_how, code) => {
    const { child, output, ended } = await startHost(
      `function end() {
         process.stdout.write('mine ');
         const sent = setInterval(() => {
           if (status().stored < 2) return;
           clearInterval(sent);
           // Time enough for anybody else to end it.
           setTimeout(() => process.exit(7), 400);
         }, 5);
       }
       ${code}`,
    );
    child.kill(signal);
    expect(await ended).toEqual([7, null]);
    expect(output()).toBe('ready mine ');
    expect(server.stored.size).toBe(2);
  });

  it('takes no longer than it was given with a server that hangs', async () => {
    const { child, ended } = await startHost('', { exitFlushMs: 100 });
    server.misbehave('capture', { kind: 'hang' });
    child.kill(signal);
    expect(await ended).toEqual([null, signal]);
  });

  it('ends at once when it comes twice', async () => {
    server.misbehave('capture', { kind: 'hang' });
    const { child, ended } = await startHost('', { captureTimeoutMs: 60_000 });
    child.kill(signal);
    await server.until(() => server.requestsTo('capture').length > 0);
    const againAt = performance.now();
    child.kill(signal);
    expect(await ended).toEqual([null, signal]);
    expect(performance.now() - againAt).toBeLessThan(8_000);
  });

  it('ends the process as always when the agent was shut down, or does not listen', async () => {
    const listeners = `process.stdout.write(process.listenerCount('${signal}') + ' ');`;
    const shut = await startHost(
      `setInterval(() => { if (status().queued + status().stored > 1) shutdown().then(() => { ${listeners} }); }, 50);`,
    );
    await until('no listener', () => shut.output().includes('0 '));
    shut.child.kill(signal);
    expect(await shut.ended).toEqual([null, signal]);
    const without = await startHost(listeners, { handleSignals: false });
    without.child.kill(signal);
    expect(await without.ended).toEqual([null, signal]);
    expect(without.output()).toBe('0 ready ');
  });
});
