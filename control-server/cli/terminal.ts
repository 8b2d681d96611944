import { once } from 'node:events';
import { styleText } from 'node:util';
import { toPlainText } from './plain-text.ts';

/** A colour of the command line. */
export type Paint = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';

/** Where a command writes. Results go to stdout, everything else to stderr. */
export interface Terminal {
  /** One line of the result. */
  print(line: string): void;
  /** Text of the result as bytes, taken no faster than they are read. */
  printAll(bytes: AsyncIterable<Uint8Array>): Promise<void>;
  /** One line of what is going on. */
  note(line: string): void;
  /** Colours text of stdout; unchanged where it is no terminal or `NO_COLOR` is set. */
  paint(paint: Paint, text: string): string;
  /** Width of stdout, or null where it is no terminal. */
  readonly columns: () => number | null;
}

/**
 * Writes line by line. A reader that goes away (`| head -n 1`) ends the process quietly with code 0, as other commands do.
 */
export function createTerminal(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream): Terminal {
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? 0 : 1);
    });
  }
  return {
    print: (line) => {
      stdout.write(`${line}\n`);
    },
    printAll: async (bytes) => {
      // Into a file or another program they go as they are; there an escape sequence is only text.
      for await (const chunk of stdout.isTTY ? toPlainText(bytes) : bytes) {
        if (!stdout.write(chunk)) await once(stdout, 'drain');
      }
    },
    note: (line) => {
      stderr.write(`${line}\n`);
    },
    paint: (paint, text) => styleText(paint, text, { stream: stdout }),
    columns: () => (stdout.isTTY ? stdout.columns : null),
  };
}
