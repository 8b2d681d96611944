import type { StackFrame } from '../protocol/snapshot.ts';
import { readFrames } from './read-frames.ts';

// Taken once, before the program can replace it: a stack walk must not run code of the host.
const { captureStackTrace } = Error;

/** A function whose own frame, and all frames above it, are left out of a stack. */
export type FrameBoundary = (...args: never[]) => unknown;

/**
 * A call stack as V8 took it. Taking one costs a third of reading it: V8 works out functions and positions when the stack
 * is read. Until then it refers to functions of the host, so it is read a turn later at the latest.
 */
export interface CapturedStack {
  /**
   * The frames, nearest first, read once and without the agent's own. Positions are those of the code that runs: source
   * maps are applied later.
   */
  frames(): readonly StackFrame[];
}

/**
 * Takes the call stack below `boundary`. `Error.stackTraceLimit` is as it was when this returns; when the host has made
 * it read-only or computed, the stack is empty.
 */
export function captureStack(boundary: FrameBoundary, maxFrames: number): CapturedStack {
  const limit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit');
  // An accessor would be the host's code, a read-only property would throw: both are left alone.
  if (!isPlainData(limit)) return new UnreadStack(null);
  const holder = {};
  try {
    Error.stackTraceLimit = maxFrames;
    captureStackTrace(holder, boundary);
    return new UnreadStack(holder);
  } finally {
    if (limit === undefined) Reflect.deleteProperty(Error, 'stackTraceLimit');
    else Error.stackTraceLimit = limit.value as number;
  }
}

class UnreadStack implements CapturedStack {
  #holder: { stack?: unknown } | null;
  #frames: readonly StackFrame[] = [];

  constructor(holder: { stack?: unknown } | null) {
    this.#holder = holder;
  }

  frames(): readonly StackFrame[] {
    const holder = this.#holder;
    if (holder !== null) {
      this.#holder = null;
      this.#frames = readFrames(readCallSites(holder));
    }
    return this.#frames;
  }
}

/** V8 calls prepareStackTrace when `stack` is first read, whenever that is. */
function readCallSites(holder: { stack?: unknown }): readonly NodeJS.CallSite[] {
  const prepare = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  if (!(prepare === undefined ? Object.isExtensible(Error) : isPlainData(prepare))) return [];
  try {
    Error.prepareStackTrace = keepStructured;
    const sites = holder.stack;
    return Array.isArray(sites) ? (sites as NodeJS.CallSite[]) : [];
  } finally {
    if (prepare === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
    else Error.prepareStackTrace = prepare.value as typeof Error.prepareStackTrace;
  }
}

function keepStructured(_error: unknown, sites: NodeJS.CallSite[]): NodeJS.CallSite[] {
  return sites;
}

function isPlainData(descriptor: PropertyDescriptor | undefined): boolean {
  return descriptor === undefined || descriptor.writable === true;
}
