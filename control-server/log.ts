import { pino } from 'pino';
import type { Logger } from 'pino';
import { describeError } from './log-error.ts';
import type { ScrubText } from './log-error.ts';
import type { LogLevel } from './options.ts';

/** What {@link createLogger} needs. */
export interface LoggerOptions {
  readonly level: LogLevel;
  readonly destination: { write(line: string): void };
  readonly scrubText: ScrubText;
}

/**
 * Names under which a secret could come into a line, at whatever depth it is likely to. Nothing of ours logs one: this
 * holds should somebody add a line that hands a whole object over.
 */
const SECRET_NAMES = [
  'apiKey',
  'authorization',
  'body',
  'cookie',
  'headers',
  'localToken',
  'password',
  'passwordHash',
  'query',
  'secret',
  'secretHash',
  'secrets',
  'token',
  'url',
  'variables',
] as const;
const PATHS = [
  ...SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]),
  ...['x-api-key', 'set-cookie'].flatMap((name) => [`["${name}"]`, `*["${name}"]`]),
];
/** Beyond ASCII controls, which JSON escapes: C1 controls, line ends of Unicode, and what turns the direction of text. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** The log: one JSON object a line, without secrets and captured values, and with nothing that a terminal would obey. */
export function createLogger({ level, destination, scrubText }: LoggerOptions): Logger {
  return pino(
    {
      level,
      redact: { paths: PATHS, censor: '[REDACTED]' },
      serializers: {
        err: (error: unknown) => describeError(error, scrubText),
        // A whole request or answer holds addresses, keys and cookies: what is worth a line of it is named by the line.
        req: () => '[REDACTED]',
        res: () => '[REDACTED]',
      },
    },
    { write: (line) => destination.write(line.replace(UNPRINTABLE, escape)) },
  );
}

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
