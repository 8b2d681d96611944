import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createServiceSources } from '../../../control-server/sources/service-sources.ts';
import type { SourceExchange } from '../../../control-server/sources/source-exchange.ts';
import type { AgentSummary } from '../../../src/protocol/api.ts';
import type { SourceAnswer } from '../../../src/protocol/source.ts';

const AGENT: AgentSummary = {
  instanceId: '0b6e1f2a-0000-4000-8000-000000000001',
  serviceName: 'shop',
  environment: 'production',
  userAgent: 'stillframe/1.0.0',
  address: '10.0.0.1',
  connectedAt: '2026-11-21T10:00:00.000Z',
  lastSeenAt: '2026-11-21T10:00:00.000Z',
  streaming: true,
  connectionLostAt: null,
  unknown: false,
  status: null,
  breakpoints: [],
};

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

function open(ask: SourceExchange['ask'], agents: AgentSummary[] = [AGENT]) {
  return createServiceSources({ exchange: { ask }, listAgents: () => Promise.resolve(agents) });
}

function fileOf(id: string): SourceAnswer {
  return {
    kind: 'file',
    file: { id, path: `/app/${id}.js`, kind: 'loaded', compiledPath: null, hash: null },
    source: `export const ${id} = 1;`,
    redacted: [],
    cutLines: 0,
    isStale: false,
    scrubbed: null,
  };
}

test('at most 32 questions are under way, however many come at once; those beyond are asked to come again', async () => {
  const answers: ((answer: SourceAnswer | null) => void)[] = [];
  const sources = open(() => new Promise((resolve) => answers.push(resolve)));
  const asked = Array.from({ length: 40 }, (_, index) => sources.readFile(AGENT, `file${index}`));
  const beyond = await Promise.all(asked.slice(32));
  expect(beyond.map(({ answer }) => answer)).toEqual(
    Array.from({ length: 8 }, () => ({ kind: 'refused', code: 'too_many_requests' })),
  );
  expect(answers).toHaveLength(32);
  for (const answer of answers) answer(null);
  await Promise.all(asked);
  void sources.readFile(AGENT, 'file39');
  expect(answers).toHaveLength(33);
});

test('an answer serves for ten seconds, and a refusal for nobody else', async () => {
  const asked: unknown[] = [];
  const sources = open((_, wanted) => {
    asked.push(wanted);
    if (wanted.kind === 'tree') return Promise.resolve({ kind: 'refused', code: 'killed' });
    return Promise.resolve(fileOf(wanted.fileId));
  });
  const filter = { serviceName: 'shop', environment: null, instanceId: null };
  await sources.readFile(AGENT, 'order');
  await sources.listFiles(filter);
  await vi.advanceTimersByTimeAsync(9_999);
  expect(await sources.readFile(AGENT, 'order')).toEqual({ agent: AGENT, answer: fileOf('order') });
  await sources.listFiles(filter);
  expect(asked).toEqual([{ kind: 'file', fileId: 'order' }, { kind: 'tree' }, { kind: 'tree' }]);
  await vi.advanceTimersByTimeAsync(1);
  await sources.readFile(AGENT, 'order');
  expect(asked).toHaveLength(4);
});

test('an instance whose connection is lost is none of those that run something', async () => {
  const lost = { ...AGENT, streaming: false, connectionLostAt: '2026-11-21T10:00:00.000Z' };
  const silent = { ...AGENT, instanceId: 'silent', streaming: false };
  const sources = open(() => Promise.resolve(null), [lost, silent]);
  const listed = await sources.listFiles({ serviceName: 'shop', environment: null, instanceId: null });
  expect(listed).toEqual([{ agent: silent, answer: null }]);
});

test('what answers another question than was asked is no answer', async () => {
  const filter = { serviceName: 'shop', environment: null, instanceId: null };
  const tree: SourceAnswer = { kind: 'tree', files: [], omittedFiles: 0, unreadMaps: 0 };
  const other = open(() => Promise.resolve(fileOf('order')));
  expect(await other.listFiles(filter)).toEqual([{ agent: AGENT, answer: 'no_answer' }]);
  expect(await other.readFile(AGENT, 'cart')).toEqual({ agent: AGENT, answer: 'no_answer' });
  expect(await other.readFile(AGENT, 'order')).toEqual({ agent: AGENT, answer: fileOf('order') });
  const lists = open(() => Promise.resolve(tree));
  expect(await lists.readFile(AGENT, 'order')).toEqual({ agent: AGENT, answer: 'no_answer' });
  expect(await lists.listFiles(filter)).toEqual([{ agent: AGENT, answer: tree }]);
});

test('no source stays here when nobody asks for more', async () => {
  setFlagsFromString('--expose-gc');
  // oxlint-disable-next-line no-unsafe-type-assertion -- what the flag gives to new contexts
  const collect = runInNewContext('gc') as () => void;
  const kept: WeakRef<object>[] = [];
  const sources = open(() => {
    const answer = fileOf('order');
    kept.push(new WeakRef(answer));
    return Promise.resolve(answer);
  });
  await sources.readFile(AGENT, 'order');
  await vi.advanceTimersByTimeAsync(10_000);
  vi.useRealTimers();
  await new Promise((resolve) => setImmediate(resolve));
  collect();
  expect(kept.map((reference) => reference.deref())).toEqual([undefined]);
  expect(sources).toBeDefined();
});
