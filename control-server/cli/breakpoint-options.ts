import { Option } from 'commander';
import type { BreakpointPatch, NewBreakpoint } from '../../src/protocol/api.ts';
import { HARD_LIMITS } from '../../src/protocol/limits.ts';
import { CommandError } from './command-error.ts';
import { collect, parseDurationMs, parseWholeNumber } from './option-value.ts';

/** What `stillframe breakpoints create` is told. */
export interface NewBreakpointOptions {
  readonly service: string;
  readonly environment?: string;
  readonly label?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly condition?: string;
  readonly maxCaptures?: number;
  readonly expiresIn?: number;
  readonly logMessage?: string;
  readonly expression?: readonly string[];
  readonly stackDepth?: number;
  readonly maxDepth?: number;
  readonly maxPayloadBytes?: number;
  readonly disabled?: true;
}

const MAX_CAPTURES = 1_000_000;
const MAX_LINE = 10_000_000;

/** The options of `stillframe breakpoints create`. */
export function createBreakpointOptions(): Option[] {
  return [
    new Option('--service <name>', 'the service').makeOptionMandatory(),
    new Option('--environment <name>', 'its environment; without it, "default"'),
    new Option('--label <label>', 'label of captureSnapshot(label, …)'),
    new Option('--file <path>', 'instead of a label: a file of the service'),
    new Option('--line <number>', 'and a line of it').argParser(parseWholeNumber(1, MAX_LINE)),
    new Option('--column <number>', 'and a column of the line; without it, the first place').argParser(
      parseWholeNumber(1, MAX_LINE),
    ),
    new Option('--condition <text>', 'capture only when this is true, such as "cart.total > 100"'),
    new Option('--max-captures <number>', 'stop after so many; 0 for no limit').argParser(
      parseWholeNumber(0, MAX_CAPTURES),
    ),
    new Option('--expires-in <duration>', 'stop after 90s, 30m, 2h or 7d').argParser(parseDurationMs),
    new Option('--log-message <text>', 'a logpoint: only this message, with {expressions} in it'),
    new Option('--expression <text>', 'a value to capture beside the variables; repeatable').argParser(
      collect,
    ),
    new Option('--stack-depth <frames>', 'at most so many frames of the call stack').argParser(
      parseWholeNumber(1, HARD_LIMITS.maxFrames),
    ),
    new Option('--max-depth <levels>', 'at most so many levels below the variables').argParser(
      parseWholeNumber(1, HARD_LIMITS.maxDepth),
    ),
    new Option('--max-payload-bytes <bytes>', 'at most so many bytes a snapshot').argParser(
      parseWholeNumber(1, HARD_LIMITS.maxPayloadBytes),
    ),
    new Option('--disabled', 'create it without capturing yet'),
  ];
}

/** What `stillframe breakpoints change` is told. */
export type BreakpointChangeOptions = Pick<
  NewBreakpointOptions,
  'condition' | 'maxCaptures' | 'expiresIn' | 'logMessage'
>;

/** The options of `stillframe breakpoints change`. */
export function changeBreakpointOptions(): Option[] {
  return [
    new Option('--condition <text>', 'capture only when this is true; "" for always'),
    new Option('--max-captures <number>', 'stop after so many; 0 for no limit').argParser(
      parseWholeNumber(0, MAX_CAPTURES),
    ),
    new Option('--expires-in <duration>', 'stop after 90s, 30m, 2h or 7d from now').argParser(
      parseDurationMs,
    ),
    new Option('--log-message <text>', 'a logpoint: only this message; "" for snapshots again'),
  ];
}

/** The change for the options; throws a usage error when they change nothing. */
export function toBreakpointPatch(options: BreakpointChangeOptions, nowMs: number): BreakpointPatch {
  const { condition, maxCaptures, expiresIn, logMessage } = options;
  const patch: BreakpointPatch = {
    ...(condition !== undefined && { condition: condition.trim() === '' ? null : condition }),
    ...(maxCaptures !== undefined && { maxCaptures }),
    ...(expiresIn !== undefined && { expireAt: new Date(nowMs + expiresIn).toISOString() }),
    ...(logMessage !== undefined &&
      (logMessage.trim() === '' ? { logMessage: null, mode: 'snapshot' } : { logMessage, mode: 'logpoint' })),
  };
  if (Object.keys(patch).length > 0) return patch;
  throw new CommandError(
    'usage',
    'Nothing is to change',
    'Give --condition, --max-captures, --expires-in or --log-message.',
  );
}

/** The body of the request: JSON leaves out what is undefined. */
export type BreakpointRequest = { readonly [Name in keyof NewBreakpoint]: NewBreakpoint[Name] | undefined };

/** The request for the options; throws a usage error when they name no place, or two. */
export function toBreakpointRequest(options: NewBreakpointOptions, nowMs: number): BreakpointRequest {
  const hasLine = options.file !== undefined && options.line !== undefined;
  const isHalfLine =
    (options.file === undefined) !== (options.line === undefined) ||
    (options.column !== undefined && options.line === undefined);
  if (isHalfLine || hasLine === (options.label !== undefined)) {
    throw new CommandError(
      'usage',
      'A breakpoint needs either a label or a file with a line',
      'Give --label, or --file with --line.',
    );
  }
  return {
    serviceName: options.service,
    environment: options.environment,
    label: options.label,
    filePath: options.file,
    lineNumber: options.line,
    columnNumber: options.column,
    enabled: options.disabled !== true,
    mode: options.logMessage === undefined ? 'snapshot' : 'logpoint',
    condition: options.condition,
    maxCaptures: options.maxCaptures,
    expireAt: options.expiresIn === undefined ? undefined : new Date(nowMs + options.expiresIn).toISOString(),
    logMessage: options.logMessage,
    captureExpressions: options.expression,
    stackDepth: options.stackDepth,
    maxDepth: options.maxDepth,
    maxPayloadBytes: options.maxPayloadBytes,
  };
}
