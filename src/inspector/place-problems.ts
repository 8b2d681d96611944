import { engineCostMs } from './line-hits.ts';
import type { LineProblem } from './line-problem.ts';
import type { NamesAt } from './names-at.ts';
import type { PlaceHazard } from './place-hazard.ts';

/** Milliseconds of a hit from which a function counts as very large. */
const LARGE_FUNCTION_MS = 1;

/** Several files fit the path. */
export function describeAmbiguous(wanted: string, filePaths: readonly string[]): LineProblem {
  return {
    code: 'ambiguous_file',
    message: `"${wanted}" fits ${filePaths.join(', ')}. Give more of the path.`,
  };
}

/** The map beside a script is of another version of it. */
export function describeStaleMap(filePath: string): LineProblem {
  return {
    code: 'stale_source',
    message: `${filePath} changed since it was loaded, so its source map says nothing of what runs. Restart the service.`,
  };
}

/** A remark: the file on disk is newer than what runs. */
export function describeStaleSource(filePath: string): LineProblem {
  return {
    code: 'stale_source',
    message: `${filePath} changed since the service started: the line that runs may be another one.`,
  };
}

/** The line has no place to stop at; with the nearest lines that have one. */
export function describeNoCode(filePath: string, line: number, nearest: readonly number[]): LineProblem {
  const advice =
    nearest.length === 0
      ? 'No line near it has code either: is this the version that runs?'
      : `The nearest lines that have: ${nearest.join(', ')}.`;
  return {
    code: 'no_code_at_line',
    message: `Line ${line} of ${filePath} has no code to stop at. ${advice}`,
  };
}

/** What a person should know of names and cost at a place although it works; null when nothing. */
export function remarkOn(names: readonly NamesAt[]): LineProblem | null {
  const costMs = Math.max(...names.map(engineCostMs));
  if (costMs >= LARGE_FUNCTION_MS) return describeLarge(costMs);
  const hidden = [...new Set(names.flatMap((one) => one.hidden))];
  return hidden.length === 0 ? null : describeHidden(hidden);
}

/** A remark: texts of the breakpoint read variables that are not known at its place; null when there is none. */
export function remarkOnUnknown(wanted: readonly string[], names: readonly NamesAt[]): LineProblem | null {
  const known = new Set(names.flatMap(namesKnownAt));
  const unknown = wanted.filter(
    (name) => !known.has(name) && !names.some(({ hidden }) => hidden.includes(name)),
  );
  if (unknown.length === 0) return null;
  const shown = [...known].slice(0, 10);
  return {
    code: 'unknown_name',
    message:
      `The condition or an expression reads ${unknown.slice(0, 10).join(', ')}, which is not known on this line: misspelt, ` +
      'or a variable from outside that this function does not use. It counts as nil. ' +
      (shown.length === 0 ? 'Nothing is known here.' : `Known here: ${shown.join(', ')}.`),
  };
}

function namesKnownAt({ scopes, privateFields, hasThis, hasArguments }: NamesAt): string[] {
  return [
    ...scopes.flatMap((scope) => scope.names),
    ...privateFields,
    ...(hasThis ? ['this'] : []),
    ...(hasArguments ? ['arguments'] : []),
  ];
}

function describeHidden(hidden: readonly string[]): LineProblem {
  return {
    code: 'names_hidden',
    message:
      `At a return V8 shows the function's own names, not those of blocks in it: ${hidden.slice(0, 10).join(', ')}. ` +
      'A line above shows them.',
  };
}

function describeLarge(costMs: number): LineProblem {
  return {
    code: 'large_function',
    message:
      `V8 reads the whole function at every hit: about ${costMs.toFixed(1)} ms each. ` +
      'A line in a smaller function costs less.',
  };
}

/** A condition is evaluated in the context of its script, which does not see what ours declares. */
export const VM_CONTEXT: LineProblem = {
  code: 'vm_context',
  message:
    'This file runs in a vm context of its own, whose globals are apart: line breakpoints work in the main context. Use captureSnapshot.',
};

/** A remark: somebody may debug this process. */
export const INSPECTOR_OPEN: LineProblem = {
  code: 'debugger_attached',
  message: "Node's inspector is open: a debugger on it keeps its pauses, during which nothing is captured.",
};

/** V8 put it elsewhere, or nowhere. */
export const REFUSED: LineProblem = {
  code: 'no_code_at_line',
  message: 'V8 takes no breakpoint at this place. Choose a line next to it.',
};

/** Of the line there is only the getter that a compiler made for an export. */
export const ONLY_NAMED: LineProblem = {
  code: 'no_code_at_line',
  message:
    'Of this line only the name is in the code that runs, as an export. Choose a line inside of what it declares.',
};

/** The script could not be parsed. */
export const UNREADABLE: LineProblem = {
  code: 'script_unreadable',
  message:
    'The names in scope cannot be found: the script is larger than 8 MB, has more than 1 MB in one statement, as some bundles ' +
    'do, or is in a language newer than the parser. Build smaller files, or use captureSnapshot.',
};

/** Why nothing is evaluated at a place. */
export const HAZARDS: Readonly<Record<PlaceHazard, LineProblem>> = {
  with: {
    code: 'unsafe_place',
    message: 'Inside of "with" every name may run code of the application. Choose a line outside of it.',
  },
  before_super: {
    code: 'unsafe_place',
    message:
      'In front of super() in this constructor, V8 would break the call when a breakpoint is looked at. Choose a line behind it.',
  },
  class_field: {
    code: 'unsafe_place',
    message:
      'V8 of Node 22 ends the process when it is asked in this field of a class. Choose a line of a method, or use Node 24.',
  },
  early_use: {
    code: 'unsafe_place',
    message:
      'A name that is used before its declaration would not throw any more. Choose a line behind the declaration.',
  },
};
