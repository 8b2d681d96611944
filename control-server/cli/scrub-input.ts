import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { CommandError } from './command-error.ts';
import { toPlainLine } from './plain-text.ts';

/** Largest input: it is held in memory as a whole. */
const MAX_INPUT_BYTES: number = 64 * 1024 * 1024;

/** A JSON value of the input. */
export interface InputValue {
  readonly value: unknown;
  /** 1-based line of JSON Lines; null where the input is one value. */
  readonly line: number | null;
}

/**
 * The text of a file or of stdin, which may be a pipe that never ends: what is too large is not read to its end.
 * @throws CommandError `bad_input`
 */
export async function readInput(file: string | undefined, stdin: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of file === undefined ? stdin : createReadStream(file)) {
      chunks.push(Buffer.from(chunk as Uint8Array));
      bytes += chunks.at(-1)!.length;
      if (bytes > MAX_INPUT_BYTES) break;
    }
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'error';
    throw badInput(
      `${toPlainLine(file ?? 'The input')} cannot be read: ${why}`,
      'Give the path of a file, or pipe one in.',
      error,
    );
  }
  if (bytes > MAX_INPUT_BYTES) {
    throw badInput(
      `The input is larger than ${MAX_INPUT_BYTES / 1024 / 1024} MiB`,
      'Split it, or scrub it value by value with createScrubber of stillframe/scrub.',
    );
  }
  // What stands at the beginning of a file only to say how it is encoded.
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\ufeff/, '');
}

/**
 * The values of a text that is JSON, or JSON Lines: one value a line.
 * @throws CommandError `bad_input` without any of the text, which may be a secret
 */
export function parseInput(text: string): readonly InputValue[] {
  if (text.trim() === '') throw badInput('The input is empty', NEXT_STEP);
  const whole = parseJson(text);
  if (whole.ok) return [{ value: whole.value, line: null }];
  const lines = text
    .split('\n')
    .map((content, index) => ({ content, line: index + 1 }))
    .filter(({ content }) => content.trim() !== '');
  const values: InputValue[] = [];
  for (const { content, line } of lines) {
    const parsed = parseJson(content);
    if (parsed.ok) values.push({ value: parsed.value, line });
    else if (values.length === 0) throw badInput(`The input is not JSON${whole.where}`, NEXT_STEP);
    else throw badInput(`Line ${line} of the input is not JSON${parsed.where}`, NEXT_STEP);
  }
  return values;
}

const NEXT_STEP = 'Give JSON, one JSON value a line, or --text for plain text.';

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly where: string };

function parseJson(text: string): Parsed {
  try {
    const value: unknown = LONG_NUMBER.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
    return { ok: true, value };
  } catch (error) {
    // V8 quotes from the text; only the place is said.
    const position = /at position (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
    return {
      ok: false,
      where: position === undefined ? '' : `, at ${describePlace(text, Number(position))}`,
    };
  }
}

const LONG_NUMBER = /\d{16}/;

/** A whole number with more digits than a number can hold stays exact: it may be that of a card. */
function keepDigits(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isInexact = typeof value === 'number' && !Number.isSafeInteger(value);
  return isInexact && /^-?\d{16,}$/.test(context?.source ?? '') ? BigInt(context!.source!) : value;
}

function describePlace(text: string, position: number): string {
  const before = text.slice(0, position).split('\n');
  return `line ${before.length}, column ${before.at(-1)!.length + 1}`;
}

function badInput(what: string, nextStep: string, cause?: unknown): CommandError {
  return new CommandError('bad_input', what, nextStep, { cause });
}
