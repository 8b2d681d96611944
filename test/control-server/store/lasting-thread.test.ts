import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLastingThread } from '../../../control-server/store/lasting-thread.ts';
import type { MortalThread } from '../../../control-server/store/lasting-thread.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Threads that end when they are told to; `refuse` of the next attempts fail. */
async function open({ refuse = 0 }: { readonly refuse?: number } = {}) {
  const heard: string[] = [];
  const begun: { readonly thread: MortalThread; end(reason: string): Promise<void> }[] = [];
  let toRefuse = 0;
  async function start(): Promise<MortalThread> {
    if (toRefuse > 0) {
      toRefuse--;
      throw new Error('refused');
    }
    const lost = Promise.withResolvers<unknown>();
    const number = begun.length + 1;
    const thread: MortalThread = {
      lost: lost.promise,
      call: vi.fn<() => Promise<never>>(async () => number as never),
      callRecorded: vi.fn<() => Promise<never>>(async () => number as never),
      close: async () => void heard.push(`closed ${number}`),
    };
    begun.push({
      thread,
      async end(reason) {
        lost.resolve(reason);
        await vi.advanceTimersByTimeAsync(0);
      },
    });
    return thread;
  }
  const lasting = await createLastingThread(start, {
    onLost: (error) => heard.push(`lost: ${String(error)}`),
    onRefused: (error) => heard.push(String(error)),
    onReturned: () => heard.push('returned'),
  });
  toRefuse = refuse;
  return { lasting, heard, begun };
}

test('a thread that ends is started again after 100 ms, and calls go to the new one', async () => {
  const { lasting, heard, begun } = await open();
  expect(await lasting.call('countUsers')).toBe(1);
  await begun[0]?.end('broken');
  await vi.advanceTimersByTimeAsync(99);
  expect(heard).toEqual(['lost: broken']);
  expect(begun).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(heard).toEqual(['lost: broken', 'returned']);
  expect(await lasting.call('countUsers')).toBe(2);
});

test('one that ends again and again is started after twice as long each time, at most every ten seconds', async () => {
  const { begun } = await open();
  const delays: number[] = [];
  for (let ended = 0; ended < 9; ended++) {
    await begun[ended]?.end('broken');
    const lostMs = performance.now();
    while (begun.length === ended + 1) await vi.advanceTimersByTimeAsync(100);
    delays.push(performance.now() - lostMs);
  }
  expect(delays).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
});

test.each([
  { livedMs: 60_000, delayMs: 100 },
  { livedMs: 59_999, delayMs: 200 },
])('one that worked for $livedMs ms is started again after $delayMs ms', async ({ livedMs, delayMs }) => {
  const { begun } = await open();
  await begun[0]?.end('broken');
  await vi.advanceTimersByTimeAsync(100);
  await vi.advanceTimersByTimeAsync(livedMs);
  await begun[1]?.end('broken');
  await vi.advanceTimersByTimeAsync(delayMs - 1);
  expect(begun).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(1);
  expect(begun).toHaveLength(3);
});

test('one that does not start is said once an outage, and tried until it does', async () => {
  const { heard, begun } = await open({ refuse: 5 });
  await begun[0]?.end('broken');
  await vi.advanceTimersByTimeAsync(6_300);
  expect(heard).toEqual(['lost: broken', 'Error: refused', 'returned']);
});

test('a closed one is not started again', async () => {
  const { lasting, heard, begun } = await open();
  await lasting.close();
  await begun[0]?.end('closed');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(heard).toEqual(['closed 1']);
  expect(begun).toHaveLength(1);
});

test('one that is closed while there is no thread starts none', async () => {
  const { lasting, heard, begun } = await open();
  await begun[0]?.end('broken');
  await lasting.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(heard).toEqual(['lost: broken', 'closed 1']);
  expect(begun).toHaveLength(1);
});
