import { timeDeferringCases } from './harness.ts';

/** Calls a function from a given depth, through functions of different names, as a service does. */
export type DeepCall = (work: () => number) => number;

/** A call below which that many frames lie, those of the bench and its harness included. */
export async function makeDeepCall(depth: number): Promise<DeepCall> {
  let chain: DeepCall = (work) => work();
  for (let level = await countFrames(chain); level < depth; level++) chain = makeLevel(chain, level);
  return chain;
}

/** Frames below the work of a case that is called through this chain. */
async function countFrames(chain: DeepCall): Promise<number> {
  let frames = 0;
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Number.POSITIVE_INFINITY;
  const count = (): number => (frames = (new Error('here').stack?.split('\n').length ?? 0) - 1);
  await timeDeferringCases([{ name: 'frames', run: repeatDeep(chain, count) }], { rounds: 1, warmMs: 0 });
  Error.stackTraceLimit = stackTraceLimit;
  return frames;
}

function makeLevel(next: DeepCall, level: number): DeepCall {
  // A function written once and made many times would be one function to V8, with one name and one place.
  const make = new Function(
    'next',
    `return function level${level}(work) { return (next(work) + 1) | 0; };`,
  ) as (called: DeepCall) => DeepCall;
  return make(next);
}

/** The same, many times, for a bench. */
export function repeatDeep(deep: DeepCall, work: () => number): (times: number) => number {
  return (times) => {
    let sum = 0;
    for (let index = 0; index < times; index++) sum = (sum + deep(work)) | 0;
    return sum;
  };
}
