import { InvalidArgumentError, Option } from 'commander';
import type { BreakpointPatch, NewBreakpoint } from '../../src/protocol/api.ts';
import { HARD_LIMITS, MIN_PAYLOAD_BYTES } from '../../src/protocol/limits.ts';
import { CommandError } from './command-error.ts';
import { collect, parseDurationMs, parseWholeNumber } from './option-value.ts';

/** What `stillframe breakpoints create` and `change` are told alike. */
export interface BreakpointSettings {
  readonly condition?: string;
  readonly maxCaptures?: number;
  readonly expiresIn?: number | 'none';
  readonly logMessage?: string;
  readonly expression?: readonly string[];
  readonly stackDepth?: number | 'none';
  readonly maxDepth?: number | 'none';
  readonly maxPayloadBytes?: number | 'none';
  readonly disabled?: true;
}

/** What `stillframe breakpoints create` is told. */
export interface NewBreakpointOptions extends BreakpointSettings {
  readonly service: string;
  readonly environment?: string;
  readonly label?: string;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/** What `stillframe breakpoints change` is told. */
export interface BreakpointChangeOptions extends BreakpointSettings {
  readonly enabled?: true;
}

const MAX_CAPTURES = 1_000_000_000;
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
    ...settingOptions(),
    new Option('--disabled', 'create it without capturing yet'),
  ];
}

/** The options of `stillframe breakpoints change`. */
export function changeBreakpointOptions(): Option[] {
  return [
    ...settingOptions(),
    new Option('--enabled', 'capture again, under what else is changed'),
    new Option('--disabled', 'capture no more').conflicts('enabled'),
  ];
}

/** What both can set. */
function settingOptions(): Option[] {
  const { maxFrames, maxDepth, maxPayloadBytes } = HARD_LIMITS;
  return [
    new Option(
      '--condition <text>',
      'capture only when this is true, such as "cart.total > 100"; "": always',
    ),
    new Option('--max-captures <number>', 'stop after so many; 0: no limit').argParser(
      parseWholeNumber(0, MAX_CAPTURES),
    ),
    new Option('--expires-in <duration>', 'stop after 90s, 30m, 2h or 7d from now; "": never').argParser(
      orNothing(parseDurationMs),
    ),
    new Option(
      '--log-message <text>',
      'a logpoint: only this message, with {expressions} in it; "": a snapshot',
    ),
    new Option(
      '--expression <text>',
      'a value to capture beside the variables; repeatable, all that there are to be; "": none',
    ).argParser(collect),
    limitOption('--stack-depth <frames>', 'frames of the call stack', 1, maxFrames),
    limitOption('--max-depth <levels>', 'levels below the variables', 1, maxDepth),
    limitOption('--max-payload-bytes <bytes>', 'bytes of a snapshot', MIN_PAYLOAD_BYTES, maxPayloadBytes),
  ];
}

function limitOption(flag: string, what: string, min: number, max: number): Option {
  return new Option(flag, `at most so many ${what}, ${min} to ${max}; "": as the service is set`).argParser(
    orNothing(parseWholeNumber(min, max)),
  );
}

/** `none` for "", which takes a value away; commander would make an empty text of null. */
function orNothing(parse: (text: string) => number): (text: string) => number | 'none' {
  return (text) => {
    if (isBlank(text)) return 'none';
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof InvalidArgumentError) {
        throw new InvalidArgumentError(error.message.replace(/\.$/, ', or "" for none.'));
      }
      throw error;
    }
  };
}

/** The change for the options; throws a usage error when they change nothing. */
export function toBreakpointPatch(options: BreakpointChangeOptions, nowMs: number): BreakpointPatch {
  const patch: BreakpointPatch = {
    ...toSettings(options, nowMs),
    ...(options.enabled === true && { enabled: true }),
  };
  if (Object.keys(patch).length > 0) return patch;
  throw new CommandError(
    'usage',
    'Nothing is to change',
    'Give at least one of the options that stillframe breakpoints change --help lists.',
  );
}

/** The request for the options; throws a usage error when they name no place, or two. */
export function toBreakpointRequest(options: NewBreakpointOptions, nowMs: number): NewBreakpoint {
  const { service, environment, label, file, line, column } = options;
  const hasLine = file !== undefined && line !== undefined;
  const isHalfLine =
    (file === undefined) !== (line === undefined) || (column !== undefined && line === undefined);
  if (isHalfLine || hasLine === (label !== undefined)) {
    throw new CommandError(
      'usage',
      'A breakpoint needs either a label or a file with a line',
      'Give --label, or --file with --line.',
    );
  }
  return {
    serviceName: service,
    ...(environment !== undefined && { environment }),
    ...(label !== undefined && { label }),
    ...(file !== undefined && { filePath: file }),
    ...(line !== undefined && { lineNumber: line }),
    ...(column !== undefined && { columnNumber: column }),
    ...toSettings(options, nowMs),
  };
}

/** What is given, in the words of the API; what is not given is left out. */
function toSettings(options: BreakpointSettings, nowMs: number): BreakpointPatch {
  const { maxCaptures, stackDepth, maxDepth, maxPayloadBytes } = options;
  const { condition, expiresIn, logMessage, expression } = options;
  return {
    ...(condition !== undefined && { condition: isBlank(condition) ? null : condition }),
    ...(maxCaptures !== undefined && { maxCaptures }),
    ...(expiresIn !== undefined && {
      expireAt: expiresIn === 'none' ? null : new Date(nowMs + expiresIn).toISOString(),
    }),
    ...(logMessage !== undefined &&
      (isBlank(logMessage) ? { logMessage: null, mode: 'snapshot' } : { logMessage, mode: 'logpoint' })),
    ...(expression !== undefined && { captureExpressions: expression.filter((text) => !isBlank(text)) }),
    ...(stackDepth !== undefined && { stackDepth: orNull(stackDepth) }),
    ...(maxDepth !== undefined && { maxDepth: orNull(maxDepth) }),
    ...(maxPayloadBytes !== undefined && { maxPayloadBytes: orNull(maxPayloadBytes) }),
    ...(options.disabled === true && { enabled: false }),
  };
}

function orNull(limit: number | 'none'): number | null {
  return limit === 'none' ? null : limit;
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}
