/** Calls a function from a given depth, through functions of different names, as a service does. */
export type DeepCall = (work: () => number) => number;

/** A chain of that many functions. */
export function makeDeepCall(depth: number): DeepCall {
  let chain: DeepCall = (work) => work();
  for (let level = 1; level < depth; level++) chain = makeLevel(chain, level);
  return chain;
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
