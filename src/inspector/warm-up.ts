import type { LineBreakpointDependencies } from './line-breakpoints.ts';

/**
 * Takes a snapshot of nothing, and throws it away, so that V8 compiles what a capture runs in a turn of ours and not in the
 * host's: the first capture of a process takes some 5 ms otherwise, and a budget of 5 ms cuts its values.
 */
export function warmUp({
  take,
  captureStack,
  now,
}: Pick<LineBreakpointDependencies, 'take' | 'captureStack' | 'now'>): void {
  const stack = captureStack(warmUp, 1);
  take({ ...SPECIMENS }, { label: null, plan: null, nowMs: now(), stack, scopes: [] });
}

/** One of each kind that programs hold most. */
const SPECIMENS: Readonly<Record<string, unknown>> = {
  text: 'text',
  long: 'text '.repeat(500),
  number: 1.5,
  flag: true,
  nothing: undefined,
  none: null,
  list: [1, 'two', { three: 3 }],
  object: { nested: { deep: { deeper: 1 } }, list: [] },
  map: new Map([['key', { value: 1 }]]),
  set: new Set([1]),
  error: new Error('a specimen'),
  date: new Date(0),
  bytes: new Uint8Array(4),
  big: 1n,
  run: () => 1,
  instance: new (class Specimen {
    readonly value = 1;
  })(),
};
