/** What line breakpoints cost, against what is promised of them. Run by itself: `node bench/line-breakpoints.ts`. */
import { execFile } from 'node:child_process';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { atMost, formatGoals, formatRatio } from './goal.ts';
import type { Goal, Section } from './goal.ts';
import { formatNs, formatTable } from './harness.ts';

const PROGRAM = join(import.meta.dirname, 'line-breakpoints-process.ts');
/** Of several processes the quietest counts: a shared machine disturbs, and never helps. */
const RUNS = 3;

interface Speed {
  readonly hot: number;
  readonly await: number;
}
interface Hit {
  readonly median: number;
  readonly low: number;
  readonly copyMedian: number;
  readonly copyLow: number;
}

/** The young generation has its size from the start, so that its growth is not taken for a leak. */
const FIXED_YOUNG_HEAP = ['--min-semi-space-size=16', '--max-semi-space-size=16'];

async function run<T>(name: string, flags: readonly string[] = []): Promise<T> {
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', ...flags, PROGRAM, name]);
  return JSON.parse(stdout) as T;
}

interface Memory {
  readonly heap: number;
  readonly rss: number;
}

async function quietest<T>(name: string, figure: (result: T) => number): Promise<T> {
  const results: T[] = [];
  for (let round = 0; round < RUNS; round++) results.push(await run<T>(name));
  return results.toSorted((a, b) => figure(a) - figure(b))[0]!;
}

const formatMs = (ms: number): string => formatNs(ms * 1e6);
const formatMemory = ({ heap, rss }: Memory): string[] => [heap, rss].map((mb) => `${mb.toFixed(1)} MB`);
const formatShare = (share: number): string => `${(share * 100).toFixed(2)} %`;

/** Every case in processes of its own. */
export async function benchLineBreakpoints(): Promise<Section> {
  const between = await quietest<Speed>('between', (speed) => Math.max(speed.hot, speed.await));
  const hits = {
    'small locals': await quietest<Hit>('small', ({ median }) => median),
    '20 items, a Map and a Set': await quietest<Hit>('items', ({ median }) => median),
    'an array of a million': await quietest<Hit>('array', ({ median }) => median),
    'a text of 50 MB': await quietest<Hit>('text', ({ median }) => median),
  };
  const governor = await quietest<{ share: number; lowest: number; hits: number }>(
    'governor',
    ({ share }) => share,
  );
  const churn = await quietest<Speed>('churn', (speed) => Math.max(speed.hot, speed.await));
  const leak = await run<Record<'early' | 'level' | 'late', Memory>>('leak', FIXED_YOUNG_HEAP);

  const goals: Goal[] = [
    atMost('a hot function between captures, to none', between.hot, 1.05, formatRatio),
    atMost('`await` between captures, to none', between.await, 1.05, formatRatio),
    atMost('a hit with small locals, removal included', hits['small locals'].median, 0.6, formatMs),
    atMost('the capture in it', hits['small locals'].copyMedian, 0.1, formatMs),
    atMost('a hit with 20 items, a Map and a Set', hits['20 items, a Map and a Set'].median, 0.8, formatMs),
    atMost('a hit with an array of a million', hits['an array of a million'].median, 1, formatMs),
    atMost('a hit with a text of 50 MB', hits['a text of 50 MB'].median, 1, formatMs),
    atMost('thread taken by a false condition at 100,000 hits a second', governor.share, 0.02, formatShare),
    atMost('heap after 10,000 captures more, to 6,000', leak.late.heap / leak.level.heap, 1.02, formatRatio),
    atMost('RSS after 10,000 captures more, to 6,000', leak.late.rss / leak.level.rss, 1.02, formatRatio),
    atMost('a hot function after 1,000 breakpoints, to before', churn.hot, 1.05, formatRatio),
    atMost('`await` after 1,000 breakpoints, to before', churn.await, 1.05, formatRatio),
  ];
  const rows = Object.entries(hits).map(([name, { low, median, copyMedian }]) => [
    name,
    formatMs(low),
    formatMs(median),
    formatMs(copyMedian),
  ]);
  const text = [
    '## Line breakpoints',
    '',
    'A one-shot breakpoint whose condition captures and removes itself: what the call that is captured takes longer.',
    '',
    formatTable(['variables', 'quiet', 'median', 'the copy in it'], rows),
    '',
    `The false condition was looked at ${governor.hits} times in 5 s of 500,000 calls.`,
    '',
    'Memory of the process after full collections, the young generation fixed; V8 needs some thousand captures to reach its level:',
    '',
    formatTable(
      ['captures', 'heap', 'RSS'],
      Object.entries({ '2,000': leak.early, '6,000': leak.level, '16,000': leak.late }).map(
        ([captures, memory]) => [captures, ...formatMemory(memory)],
      ),
    ),
  ].join('\n');
  return { text, goals };
}

if (import.meta.main) {
  const { text, goals } = await benchLineBreakpoints();
  process.stdout.write(
    `${text}\n\n${formatGoals(goals)}\n\nload average ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}\n`,
  );
}
