import { createArray } from '../copy/intrinsics.ts';
import { originOfFile } from '../protocol/code-origin.ts';
import type { CodeOrigin } from '../protocol/code-origin.ts';
import type { StackFrame } from '../protocol/snapshot.ts';
import { formatEvalPlace, readEvalPlace } from './eval-place.ts';
import { toFilePath } from './file-path.ts';
import { isOwnCode } from './own-code.ts';

/** Longer than any path; a program can give functions and scripts names of megabytes. */
const MAX_NAME_LENGTH = 4_096;

/** What follows from the name of a script alone. */
interface Script {
  readonly filePath: string;
  readonly origin: CodeOrigin;
  readonly isOwn: boolean;
}

/**
 * The frames of one stack, without the agent's own. Runs no code of the host: V8 looks names up in its own tables and in
 * plain data properties.
 *
 * What is remembered is what a script's name says, while this stack is read: turning `file:` URLs into paths is half of the
 * cost of reading. Lines and names are not. V8 has no cheap identity of a script: a file that was loaded again after it
 * changed has the name that it had before, a method its position whatever class it is called on.
 */
export function readFrames(sites: readonly NodeJS.CallSite[]): StackFrame[] {
  const scripts = new Map<string, Script>();
  const frames: StackFrame[] = createArray();
  for (const site of sites) {
    const fileName = site.getFileName();
    const script =
      typeof fileName === 'string' && fileName !== ''
        ? (scripts.get(fileName) ?? remember(scripts, fileName))
        : describe(nameEvaluated(site));
    if (!script.isOwn) frames.push(new ReadFrame(site, script));
  }
  return frames;
}

/** By a class, for the reason that `take-snapshot.ts` gives. */
class ReadFrame implements StackFrame {
  readonly functionName: string;
  readonly filePath: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
  readonly origin: CodeOrigin;
  readonly isAsync: boolean;

  constructor(site: NodeJS.CallSite, { filePath, origin }: Script) {
    this.functionName = bounded(readFunctionName(site));
    this.filePath = filePath;
    this.lineNumber = site.getLineNumber() ?? 0;
    this.columnNumber = site.getColumnNumber() ?? 0;
    this.origin = origin;
    this.isAsync = site.isAsync();
  }
}

function remember(scripts: Map<string, Script>, fileName: string): Script {
  const script = describe(fileName.length > MAX_NAME_LENGTH ? fileName : toFilePath(fileName));
  scripts.set(fileName, script);
  return script;
}

function describe(name: string): Script {
  const filePath = bounded(name);
  return { filePath, origin: originOfFile(filePath), isOwn: isOwnCode(filePath) };
}

/** Not cut: half a secret would pass the scrubber. */
function bounded(name: string): string {
  return name.length > MAX_NAME_LENGTH ? `<a name of ${name.length} characters>` : name;
}

/** The position inside evaluated code says nothing without the place of the eval, so its name holds both, as V8 prints it. */
function nameEvaluated(site: NodeJS.CallSite): string {
  if (!site.isEval()) return '<anonymous>';
  // A `sourceURL` comment; bundlers that evaluate their modules write one.
  const sourceUrl: unknown = site.getScriptNameOrSourceURL();
  if (typeof sourceUrl === 'string' && sourceUrl !== '') return toFilePath(sourceUrl);
  const origin: unknown = site.getEvalOrigin();
  if (typeof origin !== 'string') return '<anonymous>';
  const place = origin.length > MAX_NAME_LENGTH ? null : readEvalPlace(origin);
  return `${place === null ? origin : formatEvalPlace({ ...place, file: toFilePath(place.file) })}, <anonymous>`;
}

/** The name as V8 prints it in a stack: `new Order`, `Cart.total`, `async checkout` without the word async. */
function readFunctionName(site: NodeJS.CallSite): string {
  const functionName = site.getFunctionName();
  // Of a static block, V8 of Node 22 does not know the class.
  if (functionName === '<static_initializer>') return functionName;
  if (site.isConstructor()) return `new ${functionName || '<anonymous>'}`;
  if (site.isToplevel() || site.isNative()) return functionName ?? '';
  const typeName = site.getTypeName();
  // V8 could look for the method that an anonymous function is, through all keys of its object: 20 ms for a million.
  if (!functionName) return '';
  // V8 of Node 22 says Function of a class whose static method runs, but prints the class.
  if (typeName === 'Function') return qualifiedName(site, functionName);
  if (typeName === null || typeName === '' || typeName === 'Object') return functionName;
  return functionName.startsWith(`${typeName}.`) ? functionName : `${typeName}.${functionName}`;
}

function qualifiedName(site: NodeJS.CallSite, functionName: string): string {
  // oxlint-disable-next-line typescript/no-base-to-string -- V8 gives a call site a text of its own
  const printed = /^(?:async )?(\S+)/.exec(site.toString())?.[1];
  return printed?.endsWith(`.${functionName}`) === true ? printed : functionName;
}
