import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const agentUrl = pathToFileURL(join(root, 'src', 'index.ts')).href;

interface Outcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number | null;
  readonly elapsedMs: number;
}

/** Runs a program as the host of an agent. */
function runHost(program: string, { args = [] as readonly string[], env = {} } = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const startedMs = performance.now();
    const child = spawn(process.execPath, [...args, '--input-type=module', '--eval', program], {
      cwd: root,
      env: { PATH: process.env['PATH'], ...env },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    child.on('close', (code) => resolve({ stdout, stderr, code, elapsedMs: performance.now() - startedMs }));
  });
}

/** What a host can see of itself. Reading `fetch` makes Node load its built-in undici. */
const LOOK = `
  const look = () => ({
    dispatchers: [1, 2].map((n) => globalThis[Symbol.for('undici.globalDispatcher.' + n)]),
    error: [Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit'), Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')],
    listeners: process.eventNames().map((name) => [name, process.listenerCount(name)]),
    globals: Object.getOwnPropertyNames(globalThis).sort(),
    symbols: Object.getOwnPropertySymbols(globalThis).map(String).sort(),
    functions: [console.log, console.error, fetch, setTimeout, queueMicrotask, process.emitWarning, process.exit],
  });
  void globalThis.Headers;
  void globalThis.fetch;
  const assert = (await import('node:assert')).strict;
  const before = look();`;

let silentServerUrl: string;
const silentServer = createServer(() => {});
beforeAll(async () => {
  await new Promise<void>((resolve) => silentServer.listen(0, '127.0.0.1', resolve));
  silentServerUrl = `http://127.0.0.1:${(silentServer.address() as AddressInfo).port}`;
});
afterAll(() => {
  silentServer.closeAllConnections();
  silentServer.close();
});

describe('the host process', () => {
  it('is unchanged by importing the agent', async () => {
    const outcome = await runHost(`${LOOK}
      await import(${JSON.stringify(agentUrl)});
      assert.deepEqual(look(), before);
      for (const [index, fn] of look().functions.entries()) assert.equal(fn, before.functions[index]);`);
    expect(outcome).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  it('keeps its own global dispatcher, set before the agent is imported', async () => {
    const outcome = await runHost(`
      import assert from 'node:assert';
      void globalThis.Headers;
      const mine = { dispatch() { throw new Error('mine was asked'); } };
      for (const n of [1, 2]) globalThis[Symbol.for('undici.globalDispatcher.' + n)] = mine;
      const { init } = await import(${JSON.stringify(agentUrl)});
      init({ apiKey: 'k', endpoint: '${silentServerUrl}' });
      for (const n of [1, 2]) assert.equal(globalThis[Symbol.for('undici.globalDispatcher.' + n)], mine);
      process.exit(0);`);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
  });

  it('is unchanged by init with a key, while the agent connects', async () => {
    const outcome = await runHost(`${LOOK}
      const { init, isEnabled } = await import(${JSON.stringify(agentUrl)});
      init({ apiKey: 'k', endpoint: '${silentServerUrl}', serviceName: 'host' });
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(isEnabled(), true);
      assert.deepEqual(look(), before);
      for (const [index, fn] of look().functions.entries()) assert.equal(fn, before.functions[index]);`);
    expect(outcome).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  it('exits as soon as it has nothing to do, with the agent connecting to a server that never answers', async () => {
    const program = `
      import { init } from ${JSON.stringify(agentUrl)};
      const longest = 60_000;
      init({ apiKey: 'k', endpoint: '${silentServerUrl}', captureTimeoutMs: longest, streamOpenMs: longest, streamFirstEventMs: longest });`;
    const outcome = await runHost(program);
    expect(outcome).toMatchObject({ code: 0, stdout: '', stderr: '' });
    // Whatever it waited for would take it a minute.
    expect(outcome.elapsedMs).toBeLessThan(50_000);
  });

  it('is held for at most exitFlushMs by what a dead server did not take, once', async () => {
    const program = `
      import { init, captureSnapshot } from ${JSON.stringify(agentUrl)};
      init({ apiKey: 'k', endpoint: '${silentServerUrl}', exitFlushMs: 300, captureTimeoutMs: 60_000 });
      captureSnapshot('last words', { a: 1 });`;
    const outcome = await runHost(program);
    expect(outcome).toMatchObject({ code: 0, stdout: '' });
    // Until the server answers it would be a minute.
    expect(outcome.elapsedMs).toBeLessThan(50_000);
  });

  it('has no listener for its end from an agent that does nothing then, of which a test may make many', async () => {
    const outcome = await runHost(`
      import { createTestAgent } from ${JSON.stringify(pathToFileURL(join(root, 'src', 'testing.ts')).href)};
      for (let count = 0; count < 20; count++) createTestAgent().agent.captureSnapshot('orders', {});
      console.log(process.listenerCount('beforeExit'));`);
    expect(outcome).toMatchObject({ code: 0, stdout: '0\n', stderr: '' });
  });

  it('is told once, through process.emitWarning, that there is no key', async () => {
    const outcome = await runHost(`
      import { init, captureSnapshot, status } from ${JSON.stringify(agentUrl)};
      init(); captureSnapshot('a', {}); captureSnapshot('a', {});
      console.log(status().state, status().problems.map((problem) => problem.code).join());`);
    expect(outcome.stdout).toBe('off STILLFRAME_NO_API_KEY\n');
    expect(outcome.stderr.match(/STILLFRAME_NO_API_KEY/g)).toHaveLength(1);
  });

  it('can require the agent from CommonJS', async () => {
    const outcome = await runHost(
      `import { createRequire } from 'node:module';
       const { captureSnapshot, getClient } = createRequire(import.meta.url)(${JSON.stringify(join(root, 'src', 'index.ts'))});
       captureSnapshot('a', {}); console.log(typeof captureSnapshot, getClient().status().state);`,
    );
    expect(outcome).toMatchObject({ code: 0, stdout: 'function off\n' });
  });

  it('is the call site, whichever way the capture was made', async () => {
    const outcome = await runHost(`
      import { createServer } from 'node:http';
      import { capturePoint, captureSnapshot, flush, getClient, init, shutdown } from ${JSON.stringify(agentUrl)};
      const early = getClient().capturePoint('handle of the client, made early');
      const sites = [];
      const server = createServer(async (request, response) => {
        const chunks = await request.toArray();
        if (request.url.endsWith('/auto-register')) {
          const { function_name, label } = JSON.parse(Buffer.concat(chunks));
          sites.push(function_name + ': ' + label);
        }
        response.end('{"id":"' + sites.length + '","label":"x","kill_switch":false,"breakpoints":[]}');
      });
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      const agent = init({ apiKey: 'k', endpoint: 'http://127.0.0.1:' + server.address().port, env: false });
      const { capture } = capturePoint('handle by itself');
      (function placeOrder() {
        captureSnapshot('exported', {});
        getClient().captureSnapshot('client', {});
        agent.captureSnapshot('agent', {});
        capturePoint('handle').capture({});
        early.capture({});
        capture({});
      })();
      while (sites.length < 6) await new Promise((resolve) => setTimeout(resolve, 5));
      console.log(sites.join('\\n'));
      process.exit(0);`);
    expect(outcome.stderr).toBe('');
    expect(outcome.stdout.split('\n').filter(Boolean).toSorted()).toEqual([
      'placeOrder: agent',
      'placeOrder: client',
      'placeOrder: exported',
      'placeOrder: handle',
      'placeOrder: handle by itself',
      'placeOrder: handle of the client, made early',
    ]);
  });

  it('is served by register without a line of code, its options from the environment', async () => {
    const register = pathToFileURL(join(root, 'src', 'register.ts')).href;
    const outcome = await runHost(
      `import { isEnabled, status } from ${JSON.stringify(agentUrl)}; console.log(isEnabled(), status().serviceName);`,
      {
        args: ['--import', register],
        env: {
          STILLFRAME_API_KEY: 'k',
          STILLFRAME_ENDPOINT: silentServerUrl,
          STILLFRAME_SERVICE_NAME: 'from-env',
        },
      },
    );
    expect(outcome).toMatchObject({ code: 0, stdout: 'true from-env\n', stderr: '' });
  });

  it('never sees an exception, now or in a later turn, when it broke built-ins or took the timers away', async () => {
    const outcome = await runHost(`
      import { createTestAgent } from ${JSON.stringify(pathToFileURL(join(root, 'src', 'testing.ts')).href)};
      const { agent } = createTestAgent();
      const broken = () => { throw new Error('broken by the host') };
      const real = { setTimeout };
      const breakAndCapture = (label, holder, name) => {
        const whole = holder[name];
        holder[name] = broken;
        agent.captureSnapshot(label, { a: 1 });
        agent.capturePoint(label + ' by handle').capture({ a: 1 });
        return new Promise((resolve) => real.setTimeout(() => resolve(holder[name] = whole), 50));
      };
      await breakAndCapture('completion', String.prototype, 'padStart');
      await breakAndCapture('label', Map.prototype, 'get');
      await breakAndCapture('timers', globalThis, 'setTimeout');
      await breakAndCapture('immediates', globalThis, 'setImmediate');
      await breakAndCapture('clock', performance, 'now');
      setTimeout = broken;
      console.log('survived');`);
    expect(outcome).toMatchObject({ code: 0, stdout: 'survived\n', stderr: '' });
  });

  it.each([
    ['fake the timers', 'globalThis.setTimeout = () => ({ ref() {}, unref() {}, refresh() {} });'],
    ['stop the clock', 'const stoppedMs = performance.now(); performance.now = () => stoppedMs;'],
    ['take the clock away', 'delete globalThis.performance;'],
  ])('may %s: the connection has its own, and comes back', async (_what, doIt) => {
    const outcome = await runHost(`
      import { createServer } from 'node:net';
      import { init } from ${JSON.stringify(agentUrl)};
      let attempts = 0;
      const server = createServer((socket) => { attempts += 1; socket.on('error', () => {}); socket.destroy(); });
      await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
      const endpoint = 'http://127.0.0.1:' + server.address().port;
      init({ apiKey: 'k', endpoint, env: false, reconnectMinMs: 10, reconnectMaxMs: 10, logger: { warn() {} } });
      while (attempts === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      ${doIt}
      const before = attempts;
      while (attempts < before + 5) await new Promise((resolve) => setImmediate(resolve));
      console.log('came back');
      process.exit();`);
    expect(outcome).toMatchObject({ code: 0, stdout: 'came back\n', stderr: '' });
  });

  it('may freeze the intrinsics of the language', async () => {
    const program = `
      import { createTestAgent } from ${JSON.stringify(pathToFileURL(join(root, 'src', 'testing.ts')).href)};
      for (const holder of [Object, Array, Map, Set, Promise, String, Function, Date]) Object.freeze(holder.prototype);
      const { agent, snapshots, settle } = createTestAgent();
      agent.captureSnapshot('frozen', { mail: 'ada@example.com', map: new Map([[1, new Date(0)]]) });
      await settle();
      console.log(JSON.stringify(snapshots[0].variables));`;
    const shown = '{"mail":"[REDACTED:email]","map":[[1,"1970-01-01T00:00:00.000Z"]]}\n';
    expect(await runHost(program)).toMatchObject({ code: 0, stdout: shown, stderr: '' });
    expect(await runHost(program, { args: ['--frozen-intrinsics', '--no-warnings'] })).toMatchObject({
      code: 0,
      stdout: shown,
      stderr: '',
    });
  });

  it('may freeze what errors are made of, with a server that cannot be reached', async () => {
    const outcome = await runHost(`
      import { captureSnapshot, init, shutdown, status } from ${JSON.stringify(agentUrl)};
      for (const holder of [Object, Array, Error, TypeError]) Object.freeze(holder.prototype);
      init({ apiKey: 'k', endpoint: 'http://127.0.0.1:9', env: false, reconnectMinMs: 10, reconnectMaxMs: 10, logger: { warn() {} } });
      captureSnapshot('frozen', {});
      while (status().lastError === null) await new Promise((resolve) => setTimeout(resolve, 10));
      await shutdown(0);
      await new Promise((resolve) => setTimeout(resolve, 300));
      console.log(status().lastError);`);
    expect(outcome).toMatchObject({
      code: 0,
      stdout: 'The control server cannot be reached (ECONNREFUSED)\n',
      stderr: '',
    });
  });

  it('is told of each fault by its name when it froze what errors are made of', async () => {
    const at = (path: string): string => JSON.stringify(pathToFileURL(join(root, 'src', path)).href);
    const outcome = await runHost(`
      import { ConfigurationError, FlushError } from ${at('errors.ts')};
      import { DeliveryError } from ${at('delivery/delivery-error.ts')};
      import { ConditionSyntaxError } from ${at('protocol/condition-node.ts')};
      import { ScanBudgetExceeded } from ${at('scrub/text-scan.ts')};
      import { ScrubOptionError } from ${at('scrub/scrub-error.ts')};
      Object.freeze(Error.prototype);
      const faults = [new ConfigurationError([]), new FlushError(1, 0, null), new DeliveryError('network', 'm'),
        new ConditionSyntaxError('m', 0), new ScanBudgetExceeded(), new ScrubOptionError('STILLFRAME_BAD_LIMIT', 'm')];
      console.log(faults.map(({ name }) => name).join());`);
    expect(outcome).toMatchObject({
      code: 0,
      stdout:
        'ConfigurationError,FlushError,DeliveryError,ConditionSyntaxError,ScanBudgetExceeded,ScrubOptionError\n',
      stderr: '',
    });
  });

  it('never sees an exception from any entry point, whatever it is given', async () => {
    const outcome = await runHost(`
      import * as agent from ${JSON.stringify(agentUrl)};
      const nasty = () => [undefined, null, 0, -1, NaN, '', 'x'.repeat(1e6), Symbol('s'), 10n, [], {}, () => { throw 1 },
        new Proxy({}, { get() { throw 2 }, ownKeys() { throw 3 } }), { get a() { throw 4 }, toJSON() { throw 5 }, toString() { throw 6 } },
        Object.create(null), new (class { get [Symbol.toPrimitive]() { throw 7 } })()];
      for (const options of nasty()) agent.init(options);
      agent.init({ apiKey: 'k', endpoint: '${silentServerUrl}', serviceName: '\\ud800' });
      await agent.shutdown(0);
      agent.init({ apiKey: 'k', endpoint: '${silentServerUrl}', logger: { warn() { throw 8 } } });
      if (!agent.isEnabled()) throw new Error('the agent is off');
      agent.captureSnapshot('async', async () => { throw new Error('rejected') });
      for (const label of ['detached', '']) { const { capture } = agent.capturePoint(label); capture({}); }
      for (const label of nasty()) for (const vars of nasty()) {
        agent.captureSnapshot(label, vars);
        agent.getClient().captureSnapshot(label, vars);
        const point = agent.capturePoint(label);
        point.capture(vars);
      }
      for (const time of nasty()) await agent.flush(typeof time === 'number' ? Math.min(time, 10) : 1).catch((error) => console.log(error));
      agent.status();
      await agent.shutdown(10);
      agent.captureSnapshot('after', {});
      console.log('survived');`);
    expect(outcome.stdout).toBe('survived\n');
    expect(outcome.code).toBe(0);
  });
});
