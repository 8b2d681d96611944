import { fileURLToPath } from 'node:url';
import type { StackFrame } from '../protocol/snapshot.ts';

// Taken once, before the program can replace it: a stack walk must not run code of the host.
const { captureStackTrace } = Error;

/** A function whose own frame, and all frames above it, are left out of a stack. */
export type FrameBoundary = (...args: never[]) => unknown;

/**
 * The call stack below `boundary`, nearest frame first, from V8's structured frames. Positions are those of the code
 * that runs: source maps are applied later, off the caller's path. `Error.stackTraceLimit` and
 * `Error.prepareStackTrace` are as they were when this returns; when the host has made them read-only the stack is empty.
 */
export function captureFrames(boundary: FrameBoundary, maxFrames: number): StackFrame[] {
  const sites = readCallSites(boundary, maxFrames);
  const frames: StackFrame[] = [];
  for (const site of sites) frames.push(toFrame(site));
  return frames;
}

function readCallSites(boundary: FrameBoundary, maxFrames: number): readonly NodeJS.CallSite[] {
  const limit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit');
  const prepare = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  // An accessor would be the host's code, a read-only property would throw: both are left alone.
  if (!isPlainData(limit) || !(prepare === undefined ? Object.isExtensible(Error) : isPlainData(prepare))) {
    return [];
  }
  const holder: { stack?: unknown } = {};
  try {
    Error.stackTraceLimit = maxFrames;
    Error.prepareStackTrace = keepStructured;
    captureStackTrace(holder, boundary);
    // V8 calls prepareStackTrace when `stack` is read, so it has to be read before the host's function is back.
    const sites = holder.stack;
    return Array.isArray(sites) ? (sites as NodeJS.CallSite[]) : [];
  } finally {
    if (limit === undefined) Reflect.deleteProperty(Error, 'stackTraceLimit');
    else Error.stackTraceLimit = limit.value as number;
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

function toFrame(site: NodeJS.CallSite): StackFrame {
  const filePath = readFilePath(site);
  return {
    functionName: readFunctionName(site),
    filePath,
    lineNumber: site.getLineNumber() ?? 0,
    columnNumber: site.getColumnNumber() ?? 0,
    inApp: isApplicationCode(filePath),
  };
}

function readFilePath(site: NodeJS.CallSite): string {
  const name = site.getFileName() ?? (site.isEval() ? site.getEvalOrigin() : undefined);
  if (typeof name !== 'string' || name === '') return '<anonymous>';
  if (!name.startsWith('file://')) return name;
  try {
    return fileURLToPath(name);
  } catch {
    return name;
  }
}

/** The name as V8 prints it in a stack: `new Order`, `Cart.total`, `async checkout` without the word async. */
function readFunctionName(site: NodeJS.CallSite): string {
  const functionName = site.getFunctionName();
  if (site.isConstructor()) return `new ${functionName || '<anonymous>'}`;
  if (site.isToplevel() || site.isNative()) return functionName ?? '';
  const typeName = site.getTypeName();
  if (!functionName) {
    const methodName = site.getMethodName();
    return methodName ? `${typeName ?? ''}.${methodName}` : '';
  }
  // V8 of Node 22 says Function of a class whose static method runs, but prints the class.
  if (typeName === 'Function') return qualifiedName(site, functionName);
  const isQualified = typeName === null || typeName === '' || functionName.startsWith(typeName);
  return isQualified || typeName === 'Object' ? functionName : `${typeName}.${functionName}`;
}

function qualifiedName(site: NodeJS.CallSite, functionName: string): string {
  // oxlint-disable-next-line typescript/no-base-to-string -- V8 gives a call site a text of its own
  const printed = /^(?:async )?(\S+)/.exec(site.toString())?.[1];
  return printed?.endsWith(`.${functionName}`) === true ? printed : functionName;
}

const DEPENDENCY = /[\\/]node_modules[\\/]/;

/** False for Node's own modules and for dependencies. */
export function isApplicationCode(filePath: string): boolean {
  return !filePath.startsWith('node:') && !DEPENDENCY.test(filePath);
}
