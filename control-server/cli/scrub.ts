import { Argument, Command } from 'commander';
import { SCRUB_TYPES } from '../../src/protocol/scrub-types.ts';
import type { SecurityFlag } from '../../src/protocol/snapshot.ts';
import type { ValueMark } from '../../src/protocol/value-mark.ts';
import type { Scrubber, ScrubLimits } from '../../src/scrub/index.ts';
import type { CommandContext } from './command-context.ts';
import { CommandError, splitSentence } from './command-error.ts';
import { collect, parseWholeNumber } from './option-value.ts';
import { toPlainJson, toPlainLine } from './plain-text.ts';
import { parseInput, readInput } from './scrub-input.ts';
import type { Terminal } from './terminal.ts';

interface ScrubOptions {
  readonly text?: true;
  readonly findings?: true;
  readonly maxDepth?: number;
  readonly maxElements?: number;
  readonly maxProperties?: number;
  readonly maxStringLength?: number;
  readonly maxPayloadBytes?: number;
  readonly disableType?: readonly string[];
  readonly redactName?: readonly string[];
  readonly allowName?: readonly string[];
  readonly redactPath?: readonly string[];
}

/** A finding, and of which line when the input was JSON Lines. */
type Finding = SecurityFlag & { readonly line?: number };

const MAX_LIMIT = 1_000_000_000;
const MAX_DEPTH = 64;
/** Places that the summary names for each type. */
const MAX_PLACES = 5;

const HELP = `
Limits are those of a capture unless they are given: 3 levels, 100 elements, 64 properties, 1024 characters, 16384 bytes.

Examples:
  $ stillframe scrub < order.json                         what would be sent of it
  $ stillframe scrub --max-depth 20 --max-payload-bytes 1000000 order.json
  $ stillframe scrub --text < app.log > app.scrubbed.log
  $ stillframe scrub --findings order.json 2> findings.json

Types: ${SCRUB_TYPES.slice(0, 7).join(', ')},
  ${SCRUB_TYPES.slice(7).join(', ')}.`;

/** `stillframe scrub`: what an agent would send of a value. */
export function createScrubCommand(context: CommandContext): Command {
  return new Command('scrub')
    .description('show what an agent would send of a JSON value or a text: the scrubbed copy')
    .addArgument(new Argument('[file]', 'JSON, or one JSON value a line; without it, standard input'))
    .option('--text', 'the input is plain text; its length is not limited')
    .option('--findings', 'on stderr, the findings as JSON instead of a summary')
    .option('--max-depth <levels>', 'levels that are kept', parseWholeNumber(1, MAX_DEPTH))
    .option('--max-elements <number>', 'elements kept of an array', parseWholeNumber(1, MAX_LIMIT))
    .option('--max-properties <number>', 'properties kept of an object', parseWholeNumber(1, MAX_LIMIT))
    .option('--max-string-length <number>', 'characters kept of a string', parseWholeNumber(1, MAX_LIMIT))
    .option('--max-payload-bytes <bytes>', 'bytes kept of a value', parseWholeNumber(1_024, MAX_LIMIT))
    .option('--disable-type <type>', 'a type that is not looked for; repeatable', collect)
    .option('--redact-name <name>', 'a name whose values are redacted; repeatable', collect)
    .option('--allow-name <name>', 'a name whose values are left alone; repeatable', collect)
    .option('--redact-path <path>', 'a place that is redacted, such as "orders[*].note"; repeatable', collect)
    .addHelpText('after', HELP)
    .action((file: string | undefined, options: ScrubOptions) => scrub(context, file, options));
}

async function scrub(
  context: CommandContext,
  file: string | undefined,
  options: ScrubOptions,
): Promise<void> {
  const { terminal, stdin } = context;
  const scrubber = await createOwnScrubber(options);
  if (file === undefined && stdin.isTTY)
    throw new CommandError(
      'usage',
      'There is nothing to scrub',
      'Give a file, or pipe one in: stillframe scrub < file.json',
    );
  const text = await readInput(file, stdin);
  const inputs = options.text === true ? [{ value: text.replace(/\n$/, ''), line: null }] : parseInput(text);
  const findings: Finding[] = [];
  const marks: ValueMark[] = [];
  for (const { value, line } of inputs) {
    const scrubbed = scrubber.scrub(value);
    const isText = options.text === true && typeof scrubbed.value === 'string';
    terminal.print(isText ? scrubbed.value : toPlainJson(scrubbed.value, line === null ? 2 : 0));
    for (const finding of scrubbed.findings) findings.push(line === null ? finding : { ...finding, line });
    for (const mark of scrubbed.marks) marks.push(mark);
  }
  if (options.findings === true) terminal.note(toPlainJson(findings));
  else summarise(terminal, findings, marks);
}

async function createOwnScrubber(options: ScrubOptions): Promise<Scrubber> {
  // Loaded when it is needed: other commands start sooner without it.
  const { ScrubOptionError, createScrubber } = await import('../../src/scrub/index.ts');
  const unlimited = { maxStringLength: MAX_LIMIT, maxPayloadBytes: MAX_LIMIT };
  const limits: ScrubLimits = {
    ...(options.text === true ? unlimited : {}),
    ...pick('maxDepth', options.maxDepth),
    ...pick('maxElements', options.maxElements),
    ...pick('maxProperties', options.maxProperties),
    ...pick('maxStringLength', options.maxStringLength),
    ...pick('maxPayloadBytes', options.maxPayloadBytes),
  };
  try {
    return createScrubber({
      limits,
      disabledTypes: options.disableType ?? [],
      redactNames: options.redactName ?? [],
      allowNames: options.allowName ?? [],
      redactPaths: options.redactPath ?? [],
    });
  } catch (error) {
    if (!(error instanceof ScrubOptionError)) throw error;
    const { what, nextStep } = splitSentence(
      error.message.replace(OPTION_NAME, (name) => FLAGS.get(name.replace(/\[.*/, '')) ?? name),
    );
    throw new CommandError('usage', what, nextStep, { cause: error });
  }
}

const FLAGS: ReadonlyMap<string, string> = new Map([
  ['disabledTypes', '--disable-type'],
  ['redactNames', '--redact-name'],
  ['allowNames', '--allow-name'],
  ['redactPaths', '--redact-path'],
]);
const OPTION_NAME: RegExp = new RegExp(`\\b(?:${[...FLAGS.keys()].join('|')})(?:\\[\\d+\\])?`, 'g');

function pick(name: keyof ScrubLimits, value: number | undefined): ScrubLimits {
  return value === undefined ? {} : { [name]: value };
}

function summarise(terminal: Terminal, findings: readonly Finding[], marks: readonly ValueMark[]): void {
  if (findings.length === 0) terminal.note('Nothing was redacted.');
  for (const [type, found] of Map.groupBy(findings, (finding) => finding.type)) {
    const places = found.slice(0, MAX_PLACES).map(describePlace).join(', ');
    const more = found.length > MAX_PLACES ? ` and ${found.length - MAX_PLACES} more` : '';
    terminal.note(`Redacted ${type} (${found[0]!.severity}): ${places}${more}`);
  }
  const cuts = marks.filter(({ reason }) => reason !== undefined && LIMITS.has(reason));
  for (const [reason, cut] of Map.groupBy(cuts, (mark) => mark.reason ?? '')) {
    const places = cut.length === 1 ? 'at 1 place' : `at ${cut.length} places`;
    terminal.note(`Cut by ${reason} ${places}; ${LIMITS.get(reason)} keeps more.`);
  }
}

/** What keeps more, of each reason for which something is cut. */
const LIMITS: ReadonlyMap<string, string> = new Map([
  ['depth', '--max-depth'],
  ['collectionSize', '--max-elements'],
  ['propertyCount', '--max-properties'],
  ['stringLength', '--max-string-length'],
  ['payload', '--max-payload-bytes'],
  ['timeBudget', 'a smaller input'],
]);

function describePlace({ path, line }: Finding): string {
  const place = toPlainLine(path.replace(/^variables\/?/, '')) || 'the input';
  return line === undefined ? place : `line ${line} ${place}`;
}
