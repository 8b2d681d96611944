/**
 * What does a call cost that captures nothing? 24 call sites with labels and literals of different shapes, each variant
 * in generated modules of its own, so that none profits from another's warm-up. Net of the same loop without a call.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createControlServer } from '../control-server/index.ts';
import { formatNs, formatTable, timeCases, timingOf, verify } from './harness.ts';

type Agent = typeof import('../src/index.ts');

const SITES = 24;
const LABELS = [
  'checkout',
  'payment.authorize',
  'cart-update',
  'user.login',
  'inventory:reserve',
  'email.send',
];
const SHAPES = [
  '{ order: o, total, i }',
  '{ total }',
  '{ user: o.user, total, ok: total > 10, i, id: o.id }',
  '{ id: o.id, qty: o.qty, price: o.price, total, user: o.user, items: o.items }',
];

const CALLED = 'empty function, called: its arguments are built';
/** Never taken, and far beyond what V8 inlines: what is left is a call that does nothing. */
const TOO_LARGE_TO_INLINE = `function captureSnapshot(label, vars) {
  if (label === 'never') { ${Array.from({ length: 60 }, (_, index) => `globalThis.x${index} = vars.a + ${index} + label.length;`).join(' ')} }
}`;

const folder = mkdtempSync(join(tmpdir(), 'stillframe-bench-'));
const agentUrl = pathToFileURL(join(import.meta.dirname, '..', 'src', 'index.ts')).href;

interface HotModule {
  readonly run: (times: number) => number;
}

async function makeVariant(
  name: string,
  imports: string,
  call: (label: string, shape: string, site: number) => string,
): Promise<HotModule> {
  const sites = Array.from({ length: SITES }, (_, site) => {
    const label = `${LABELS[site % LABELS.length]}-${site}`;
    const shape = SHAPES[site % SHAPES.length] ?? '{}';
    return `function site${site}(i) {
      const o = orders[(i + ${site}) & 63]; const total = o.qty * o.price + ${site};
      ${call(label, shape, site)}
      return total | 0;
    }`;
  });
  const source = `${imports}
    const orders = Array.from({ length: 64 }, (_, k) => ({ id: 'ord_' + k, qty: k % 7 + 1, price: k * 1.25 + 0.5,
      user: { id: k, name: 'u' + k }, items: [{ sku: 's' + k, n: k }] }));
    ${sites.join('\n')}
    const sites = [${sites.map((_, site) => `site${site}`).join(', ')}];
    function batch(i) { let sum = 0; ${sites.map((_, site) => `sum = (sum + site${site}(i)) | 0;`).join(' ')} return sum; }
    export function run(times) { let sum = 0; for (let i = 0; i < times; i += sites.length) sum = (sum + batch(i)) | 0; return sum; }`;
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, source);
  return (await import(pathToFileURL(file).href)) as HotModule;
}

/** An agent of its own for each state: a query makes another instance of the module. */
async function startAgent(state: string, options: Parameters<Agent['init']>[0]): Promise<Agent> {
  const agent = (await import(`${agentUrl}?${state}`)) as Agent;
  agent.init({ env: false, serviceName: `bench-${state}`, logger: { warn() {} }, ...options });
  return agent;
}

async function until(what: string, isTrue: () => boolean): Promise<void> {
  const endMs = performance.now() + 20_000;
  while (!isTrue()) {
    verify(performance.now() < endMs, `waited too long for: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Runs the bench and returns its section of the report. */
export async function benchCallCost(): Promise<string> {
  const server = await createControlServer({ dataFolder: join(folder, 'data'), port: 0, logLevel: 'silent' });
  try {
    return await benchAgainst(server);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchAgainst(server: Awaited<ReturnType<typeof createControlServer>>): Promise<string> {
  const { secret } = await server.createKey({
    name: 'bench',
    environment: 'default',
    serviceName: null,
    scopes: ['ingest', 'control:read'],
  });
  const connection = { apiKey: secret, endpoint: server.url };
  const put = (path: string, body: unknown, method = 'PUT'): Promise<Response> =>
    fetch(server.url + path, {
      method,
      headers: { authorization: `Bearer ${server.localToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  const off = await startAgent('off', { enabled: false });
  const killed = await startAgent('killed', connection);
  const disabled = await startAgent('disabled', connection);
  const resting = await startAgent('resting', { ...connection, rateLimitMs: 3_600_000 });

  const call = (label: string, shape: string): string => `captureSnapshot('${label}', ${shape});`;
  const importAgent = (state: string): string =>
    `import { captureSnapshot, capturePoint } from '${agentUrl}?${state}';`;
  const variants = {
    'no call': await makeVariant('none', '', () => ''),
    'empty function, inlined: its arguments are never built': await makeVariant(
      'empty',
      'function captureSnapshot(label, vars) {}',
      call,
    ),
    [CALLED]: await makeVariant('called', TOO_LARGE_TO_INLINE, call),
    off: await makeVariant('off', importAgent('off'), call),
    killed: await makeVariant('killed', importAgent('killed'), call),
    'disarmed (breakpoint disabled)': await makeVariant('disabled', importAgent('disabled'), call),
    'resting (captured within its second)': await makeVariant('resting', importAgent('resting'), call),
    'handle with a guard, resting': await makeVariant(
      'guard',
      `${importAgent('resting')} const points = [${Array.from({ length: SITES }, (_, site) => `capturePoint('${LABELS[site % LABELS.length]}-${site}')`).join(', ')}];
       ${Array.from({ length: SITES }, (_, site) => `const point${site} = points[${site}];`).join(' ')}`,
      (_label, shape, site) => `if (point${site}.armed) point${site}.capture(${shape});`,
    ),
    'pino.debug below its level': await makeVariant(
      'pino',
      `import { createRequire } from 'node:module';
       const logger = createRequire('${pathToFileURL(join(import.meta.dirname, '..', 'control-server', 'package.json')).href}')('pino')({ level: 'info' });`,
      (label, shape) => `logger.debug(${shape}, '${label}');`,
    ),
  };

  // Bring every agent into its state, and see that it is there.
  for (const agent of [killed, disabled, resting])
    await until('the stream', () => agent.status().control.version !== null);
  // Killed after it ran: V8 then knows that the arguments may be needed, and builds them.
  variants.killed.run(SITES * 10_000);
  await until('captures', () => killed.status().captured > 0);
  variants['disarmed (breakpoint disabled)'].run(SITES);
  await until('registration', () => disabled.status().breakpoints === SITES);
  const listed = (await (await put('/api/breakpoints?service=bench-disabled', undefined, 'GET')).json()) as {
    id: string;
  }[];
  for (const { id } of listed) await put(`/api/breakpoints/${id}`, { enabled: false }, 'PATCH');
  variants['resting (captured within its second)'].run(SITES);
  await until('captures', () => resting.status().stored === SITES);
  await put('/api/kill-switch', { scope: 'service', serviceName: 'bench-killed', on: true });
  await until('kill', () => killed.status().state === 'killed');
  const before = { disabled: disabled.status(), resting: resting.status(), killed: killed.status() };

  const timings = timeCases(Object.entries(variants).map(([name, { run }]) => ({ name, run })));

  verify(off.status().captured === 0, 'the agent that is off captures');
  verify(killed.status().captured === before.killed.captured, 'the killed agent captures');
  verify(disabled.status().captured === before.disabled.captured, 'disabled breakpoints capture');
  verify(resting.status().captured === before.resting.captured, 'resting labels capture');
  verify(disabled.status().dropped.disabled > 1_000_000, 'calls of disabled labels are not counted');
  verify(resting.status().dropped.rate > 1_000_000, 'calls of resting labels are not counted');
  for (const agent of [killed, disabled, resting]) await agent.shutdown(1_000);

  const base = timingOf(timings, 'no call').quietNs;
  const called = timingOf(timings, CALLED).quietNs;
  return `## A call that captures nothing

${SITES} call sites with an object literal each, net of the loop (5th percentile of interleaved rounds). The
last column compares with a function that does nothing, called with the same arguments.

${formatTable(
  ['call', 'a call', 'above an empty call'],
  timings
    .filter(({ name }) => name !== 'no call')
    .map(({ name, quietNs }) => [name, formatNs(quietNs - base), formatNs(quietNs - called)]),
)}
`;
}

if (process.argv[1] === import.meta.filename) process.stdout.write(await benchCallCost());
