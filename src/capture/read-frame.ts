import { originOfFile } from '../protocol/code-origin.ts';
import type { StackFrame } from '../protocol/snapshot.ts';
import { toFilePath, toFilePathsWithin } from './file-path.ts';

/**
 * What V8 knows of one frame. Runs no code of the host: V8 looks names up in its own tables and in plain data properties.
 */
export function readFrame(site: NodeJS.CallSite): StackFrame {
  const filePath = readFilePath(site);
  return {
    functionName: readFunctionName(site),
    filePath,
    lineNumber: site.getLineNumber() ?? 0,
    columnNumber: site.getColumnNumber() ?? 0,
    origin: originOfFile(filePath),
    isAsync: site.isAsync(),
  };
}

/** The position inside evaluated code says nothing without the place of the eval, so its name holds both, as V8 prints it. */
function readFilePath(site: NodeJS.CallSite): string {
  const fileName = site.getFileName();
  if (typeof fileName === 'string' && fileName !== '') return toFilePath(fileName);
  if (!site.isEval()) return '<anonymous>';
  // A `sourceURL` comment; bundlers that evaluate their modules write one.
  const sourceUrl: unknown = site.getScriptNameOrSourceURL();
  if (typeof sourceUrl === 'string' && sourceUrl !== '') return toFilePath(sourceUrl);
  const place: unknown = site.getEvalOrigin();
  return typeof place === 'string' ? `${toFilePathsWithin(place)}, <anonymous>` : '<anonymous>';
}

/** The name as V8 prints it in a stack: `new Order`, `Cart.total`, `async checkout` without the word async. */
function readFunctionName(site: NodeJS.CallSite): string {
  const functionName = site.getFunctionName();
  // Of a static block, V8 of Node 22 does not know the class.
  if (functionName === '<static_initializer>') return functionName;
  if (site.isConstructor()) return `new ${functionName || '<anonymous>'}`;
  if (site.isToplevel() || site.isNative()) return functionName ?? '';
  const typeName = site.getTypeName();
  if (!functionName) {
    const methodName = site.getMethodName();
    return methodName ? `${typeName ?? ''}.${methodName}` : '';
  }
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
