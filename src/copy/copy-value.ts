import type { CopyResult } from './costly-value.ts';
import { enterContainer } from './enter-container.ts';
import { LEFT_OUT } from './leaf.ts';
import type { CopyLimits } from './margin.ts';
import { placeValue } from './place-value.ts';
import { Walk } from './walk.ts';

const readMonotonicMs: () => number = performance.now.bind(performance);

/**
 * Copies any value of a program into plain JSON of our own, with marks for what JSON cannot say.
 *
 * The walk is breadth first, so that what stands beside survives before what lies deep, and bounded by every limit:
 * depth, elements, properties, text length, bytes of the result, time. It runs no code of the program: no getter, no
 * Proxy trap, no `toJSON`, no iterator, nothing that was patched into a built-in. It reads enumerable own properties.
 * It never throws, changes nothing in what it reads, and nothing that it returns refers to an object of the program.
 *
 * @param limits kept exactly, but for `maxPayloadBytes`: an estimate, which one long text may overdraw
 * @param now a monotonic clock in milliseconds
 */
export function copyValue(
  root: unknown,
  limits: CopyLimits,
  now: () => number = readMonotonicMs,
): CopyResult {
  try {
    const walk = new Walk(limits, now);
    placeValue(walk, walk.holder, '', root);
    for (let next = walk.dequeue(); next !== null; next = walk.dequeue()) enterContainer(walk, next);
    return { value: walk.root, marks: walk.marks, costly: walk.costly };
  } catch {
    // Only an exhausted call stack comes here: each container keeps what else can happen to itself.
    return { value: LEFT_OUT, marks: [{ path: '', kind: 'other' }], costly: null };
  }
}
