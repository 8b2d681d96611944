/** What does a capture cost its caller, and what all of it, beside the usual ways to keep a value? */
import { startCapturePeers, verifyPeer } from './capture-peers.ts';
import type { CapturePeer } from './capture-peers.ts';
import { startCapturingAgent } from './capturing-agent.ts';
import type { CapturingAgent } from './capturing-agent.ts';
import { makeDeepCall, repeatDeep } from './deep-call.ts';
import type { DeepCall } from './deep-call.ts';
import { atMost, formatRatio } from './goal.ts';
import type { Section } from './goal.ts';
import { formatNs, formatTable, timeDeferringCases, timingOf, verify } from './harness.ts';
import type { DeferringCase, DeferringTiming } from './harness.ts';
import { PAYLOADS } from './payloads.ts';
import type { Variables } from '../src/index.ts';
import { DEFAULT_LIMITS } from '../src/protocol/limits.ts';
import { encodeSnapshot } from '../src/protocol/snapshot.ts';

/** Frames below the call. */
const DEPTHS = [10, 30] as const;
const [SHALLOW, DEEP] = DEPTHS;

/** What has to be found in what was kept of a payload. */
const MARKS: Readonly<Record<string, string>> = {
  small: 'ord_12345',
  request: 'ord_81324',
  page: 'r-1',
};

type TimingsByPayload = ReadonlyMap<string, readonly DeferringTiming[]>;

/** Runs the bench and returns its section of the report. */
export async function benchCaptureCost(): Promise<Section> {
  const agent = startCapturingAgent();
  const peers = startCapturePeers();
  const shallow = await makeDeepCall(SHALLOW);
  const deep = await makeDeepCall(DEEP);
  const byPayload = new Map<string, readonly DeferringTiming[]>();
  for (const [name, payload] of Object.entries(PAYLOADS)) {
    const mark = MARKS[name.split(' ')[0] ?? ''] ?? '';
    for (const peer of peers) await verifyPeer(peer, payload, mark);
    const cases = [
      makeOurCase(agent, payload as Variables, SHALLOW, shallow),
      makeOurCase(agent, payload as Variables, DEEP, deep),
      ...peers.map((peer) => makePeerCase(peer, payload, shallow)),
    ];
    for (const depth of DEPTHS) await verifyOurs(agent, cases, depth, mark);
    byPayload.set(name, await timeDeferringCases(cases, { rounds: 100, sliceMs: 2 }));
  }
  await agent.end();
  return describe(byPayload, peers);
}

const ourName = (depth: number): string => `captureSnapshot, ${depth} frames deep`;
const labelAt = (depth: number): string => `bench at ${depth}`;

function makeOurCase(
  agent: CapturingAgent,
  payload: Variables,
  depth: number,
  call: DeepCall,
): DeferringCase {
  const label = labelAt(depth);
  const capture = (): number => {
    agent.captureSnapshot(label, payload);
    return 1;
  };
  return {
    name: ourName(depth),
    run: repeatDeep(call, capture),
    settle: agent.settle,
  };
}

function makePeerCase({ name, keep, settle }: CapturePeer, payload: unknown, call: DeepCall): DeferringCase {
  const run = repeatDeep(call, () => keep(payload));
  return settle === undefined ? { name, run } : { name, run, settle };
}

async function verifyOurs(
  agent: CapturingAgent,
  cases: readonly DeferringCase[],
  depth: number,
  mark: string,
): Promise<void> {
  const ours = cases.find(({ name }) => name === ourName(depth));
  // The first call of a label waits for its breakpoint; from then on every call captures.
  ours?.run(1);
  await agent.settle();
  let snapshot = agent.lastOf(labelAt(depth));
  for (let attempt = 0; attempt < 10; attempt++) {
    const before = agent.captured();
    ours?.run(10);
    await agent.settle();
    verify(agent.captured() === before + 10, `${agent.captured() - before} of 10 calls were captured`);
    snapshot = agent.lastOf(labelAt(depth));
    // Where the machine did something else until the copy's time was over, there is nothing to see.
    if (snapshot.truncated.timeBudget === undefined) break;
  }
  const text = JSON.stringify(encodeSnapshot(snapshot));
  verify(text.includes(mark), `${mark} is not in the snapshot`);
  verify(!text.includes('ada@example.com'), 'the snapshot is not scrubbed');
  verify(Buffer.byteLength(text) <= DEFAULT_LIMITS.maxPayloadBytes, 'the snapshot is too large');
  // The agent's limit, and what this check itself has below it instead of the harness.
  const expected = Math.min(depth, DEFAULT_LIMITS.maxFrames);
  const { length } = snapshot.frames;
  verify(Math.abs(length - expected) <= 4, `${length} frames are there instead of ${expected}`);
}

function describe(byPayload: TimingsByPayload, peers: readonly CapturePeer[]): Section {
  const timings = [...byPayload.values()];
  const [small, order, page] = timings;
  if (small === undefined || order === undefined || page === undefined)
    throw new Error('no payload was timed');
  const caller = (of: readonly DeferringTiming[], name: string): number => timingOf(of, name).quietNs;
  const ours = ourName(SHALLOW);
  const row = (title: string, name: string, part: 'quietNs' | 'wholeQuietNs'): string[] => [
    title,
    ...timings.map((of) => formatNs(timingOf(of, name)[part])),
  ];
  const rows = [
    row(`${ours}: the caller's part`, ours, 'quietNs'),
    row(`${ours}: all of it`, ours, 'wholeQuietNs'),
    row(`${ourName(DEEP)}: the caller's part`, ourName(DEEP), 'quietNs'),
    row(`${ourName(DEEP)}: all of it`, ourName(DEEP), 'wholeQuietNs'),
    ...peers.map(({ name }) => row(name, name, 'quietNs')),
  ];
  const ratio = (of: readonly DeferringTiming[], peer: string): number => caller(of, ours) / caller(of, peer);
  return {
    goals: [
      atMost(
        "a capture of 2 KB, the caller's part, to JSON.stringify",
        ratio(order, 'JSON.stringify'),
        2.2,
        formatRatio,
      ),
      atMost(
        "a capture of 2 KB, the caller's part, to one pino line with redaction",
        ratio(order, 'pino.info with redaction'),
        1,
        formatRatio,
      ),
      atMost(
        "a capture of 200 KB, the caller's part, to that of 2 KB",
        caller(page, ours) / caller(order, ours),
        3,
        formatRatio,
      ),
    ],
    text: `## A capture

The caller pays for the stack and the copy, which is bounded; reading the stack, scrubbing and the final cut follow in
later turns. Every call of these captures, ${SHALLOW} frames deep where nothing else is said. Of the peers,
util.inspect and Sentry keep three levels, OpenTelemetry's span keeps nothing, the others the whole value.

${formatTable(['way to keep a value', ...byPayload.keys()], rows)}
`,
  };
}

if (process.argv[1] === import.meta.filename) {
  process.stdout.write((await benchCaptureCost()).text);
  process.exit(0);
}
