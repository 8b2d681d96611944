import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { createTurnBudget } from '../../src/capture/turn-budget.ts';
import { createSources } from '../../src/inspector/create-sources.ts';
import { until } from '../helpers/until.ts';

it('keeps no answer once it was given: a file may have megabytes', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const room = createSources({
    roots: [],
    isOwnCode: () => false,
    isStopped: () => false,
    sourceMaps: {
      read: () => Promise.resolve(null),
      readContent: () => Promise.resolve(null),
      search: () => Promise.resolve([]),
      find: () => Promise.resolve(null),
    },
    budget: createTurnBudget(1, () => performance.now()),
    startedAtMs: performance.timeOrigin,
    monotonicNow: () => performance.now(),
    threadCpuMs: () => performance.now(),
    majorPageFaults: () => 0,
    later: (callback) => void setImmediate(callback),
    scrubText: (text) => text,
    scrubSource: (text) => Promise.resolve({ text, types: [], cutLines: 0 }),
    scrubVersion: null,
  });
  const answer = new WeakRef(await room.answer({ kind: 'tree' }));
  await until('nobody has the answer any more', () => {
    collect();
    return answer.deref() === undefined;
  });
  expect(await room.answer({ kind: 'tree' })).toMatchObject({ kind: 'tree', files: [] });
});
