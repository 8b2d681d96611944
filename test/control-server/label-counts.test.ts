import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createControlServer } from '../../control-server/index.ts';
import type { ControlServer } from '../../control-server/index.ts';
import { createAgent } from '../../src/agent.ts';
import { CapturePoints } from '../../src/capture/capture-point.ts';
import { connectToServer } from '../../src/connect-to-server.ts';
import { resolveOptions } from '../../src/options.ts';
import type { BreakpointPatch, BreakpointResource, LabelTotals } from '../../src/protocol/api.ts';
import { addCounts } from '../../src/protocol/label-counts.ts';
import type { LabelCounts } from '../../src/protocol/label-counts.ts';
import type { Agent } from '../../src/snapshot-agent.ts';
import { mulberry32 } from '../helpers/mulberry32.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { until } from '../helpers/until.ts';
import { createCheckedScrubber } from '../../src/scrub/snapshot-scrubber.ts';

/** An agent under test, and what was called in it. */
interface Caller {
  readonly agent: Agent;
  /** Calls that were made, by label. */
  readonly calls: Map<string, number>;
  call(label: string): void;
  /** Lets every label that rests capture again. */
  wake(): void;
}

const PLAIN = Array.from({ length: 25 }, (_, index) => `label ${index}`);
const PERSONAL = ['order of ada@example.com', 'order of bob@example.com'];
const CHANGED = ['switched off', 'spent', 'conditional', 'failing'];
const LABELS = [...PLAIN, ...PERSONAL, ...CHANGED, '__proto__'];

let folder: string;
let server: ControlServer;
let secret: string;
const agents: Agent[] = [];

beforeEach(async () => {
  folder = temporaryFolder();
  server = await createControlServer({ port: 0, dataFolder: folder, logLevel: 'silent' });
  ({ secret } = await server.createKey({ name: 'agents', serviceName: 'shop' }));
});
afterEach(async () => {
  await Promise.all(agents.splice(0).map((agent) => agent.shutdown(0)));
  await server.close();
});

function startCaller(statusIntervalMs = 20): Caller {
  const { resolved, problems } = resolveOptions(
    {
      apiKey: secret,
      endpoint: server.url,
      serviceName: 'shop',
      env: false,
      queueSize: 10_000,
      captureTimeoutMs: 60_000,
    },
    { env: {}, hostName: 'h', readPackageName: () => null },
  );
  let rests: (() => void)[] = [];
  // A second passes with every look at it: the limit for the whole process is not what is looked at here.
  let nowMs = 1_000_000;
  const agent = createAgent(
    { ...resolved, statusIntervalMs, reconnectMinMs: 20, reconnectMaxMs: 50 },
    problems,
    new CapturePoints(),
    {
      now: () => (nowMs += 1_000),
      monotonicNow: () => performance.now(),
      later: (callback) => void rests.push(callback),
      connect: connectToServer,
      makeScrubber: (rules) => createCheckedScrubber(rules),
      onMask() {},
    },
  );
  agents.push(agent);
  const calls = new Map<string, number>();
  let total = 0;
  return {
    agent,
    calls,
    call(label) {
      calls.set(label, (calls.get(label) ?? 0) + 1);
      agent.captureSnapshot(label, { total: (total += 1) });
    },
    wake() {
      const due = rests;
      rests = [];
      for (const callback of due) callback();
    },
  };
}

async function api<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
  const response = await fetch(server.url + path, {
    method,
    headers: { authorization: `Bearer ${server.localToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(response.ok, `${method} ${path}: ${response.status}`).toBe(true);
  return (await response.json()) as T;
}

async function change(label: string, patch: BreakpointPatch): Promise<void> {
  const known = await api<BreakpointResource[]>('/api/breakpoints?service=shop');
  const id = known.find((breakpoint) => breakpoint.label === label)?.id;
  await api(`/api/breakpoints/${id}`, 'PATCH', patch);
}

const serverSums = (): Promise<LabelTotals[]> => api('/api/services/shop/label-counts');

function sumOf({ captured, dropped }: LabelCounts): number {
  return captured + Object.values(dropped).reduce((sum, count) => sum + count, 0);
}

/** What agents counted, under the names that the server knows. */
function agentSums(callers: readonly Caller[]): LabelTotals[] {
  const sums = new Map<string, LabelTotals>();
  for (const { agent } of callers) {
    const met = new Set<string>();
    for (const [name, counts] of Object.entries(agent.status().byLabel)) {
      const label = PERSONAL.includes(name) ? 'order of [REDACTED:email]' : name;
      const sum = sums.get(label) ?? { label, captured: 0, stored: 0, spooled: 0, dropped: {}, agents: 0 };
      sums.set(label, {
        label,
        ...addCounts(sum, counts),
        agents: sum.agents + (met.has(label) ? 0 : 1),
      });
      met.add(label);
    }
  }
  return [...sums.values()].toSorted((a, b) => (a.label < b.label ? -1 : 1));
}

async function untilReconciled(callers: readonly Caller[]): Promise<void> {
  await until('the sums of the server to be those of the agents', async () =>
    isDeepStrictEqual(await serverSums(), agentSums(callers)),
  );
}

/** Every label registered and captured once, then calls in no order, some of them while their label rests. */
async function callAround({ agent, call, wake }: Caller, seed: number): Promise<void> {
  const random = mulberry32(seed);
  for (let round = 0; round < 6; round++) {
    for (const label of LABELS) for (let count = Math.floor(random() * 4); count > 0; count--) call(label);
    await agent.flush(60_000);
    wake();
  }
}

it('what became of every call is known by label, in the agent and, after its next report, in the control server', async () => {
  const first = startCaller();
  await until('the stream', () => first.agent.status().control.connection === 'open');
  await callAround(first, 1);
  expect(first.agent.status()).toMatchObject({ held: 0, queued: 0 });

  await change('switched off', { enabled: false });
  await change('spent', { maxCaptures: 1 });
  await change('conditional', { condition: 'total < 0' });
  await change('failing', { condition: 'total.deep.value > "a"' });
  await until('the changes', () => {
    for (const label of CHANGED) first.call(label);
    first.wake();
    const { byLabel } = first.agent.status();
    // Of a breakpoint that is spent the server may be the first to say so.
    return CHANGED.every((label) => {
      const { disabled = 0, limit = 0, condition = 0 } = byLabel[label]?.dropped ?? {};
      return disabled + limit + condition > 0;
    });
  });
  await callAround(first, 2);

  const { byLabel, captured, stored } = first.agent.status();
  expect(stored).toBe(captured);
  for (const label of LABELS) {
    const counts = Object.entries(byLabel).find(([name]) => name === label)?.[1];
    expect(counts === undefined ? 0 : sumOf(counts), label).toBe(first.calls.get(label) ?? 0);
  }
  await untilReconciled([first]);

  const second = startCaller();
  await until('the stream', () => second.agent.status().control.connection === 'open');
  await callAround(second, 3);
  await untilReconciled([first, second]);
});

it('the control server knows the sums again after it was started again', async () => {
  // Seldom enough that what is repeated regularly does not come in time.
  const caller = startCaller(1_000);
  await until('the stream', () => caller.agent.status().control.connection === 'open');
  for (const label of LABELS) caller.call(label);
  await caller.agent.flush(60_000);
  await untilReconciled([caller]);
  const port = Number(new URL(server.url).port);
  await server.close();
  server = await createControlServer({ port, dataFolder: folder, logLevel: 'silent' });
  await untilReconciled([caller]);
});
