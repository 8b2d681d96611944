import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { readLimits } from '../../../control-server/cli/limit-flags.ts';
import { readRetention } from '../../../control-server/cli/retention-flags.ts';
import { createServeCommand } from '../../../control-server/cli/serve.ts';
import { createTerminal } from '../../../control-server/cli/terminal.ts';

const NUMBERS = [
  ['--port', 0, 65_535],
  ['--heartbeat-ms', 250, 30_000],
  ['--retention-days', 1, 3_650],
  ['--retention-per-breakpoint', 1, 1_000_000],
  ['--retention-mb', 1, 1_048_576],
  ['--retention-pinned-mb', 0, 1_048_576],
  ['--retention-audit-days', 30, 3_650],
  ['--max-stream-age-ms', 1_000, 86_400_000],
  ['--drain-ms', 0, 600_000],
  ['--disk-limit-percent', 1, 100],
  ['--key-snapshots-per-second', 1, 1_000_000],
  ['--key-mb-per-day', 1, 1_048_576],
  ['--key-agents', 1, 20_000],
  ['--key-services', 1, 10_000],
] as const;
const WITHOUT_VARIABLE: readonly string[] = ['--port', '--heartbeat-ms'];

const { options } = createServeCommand({
  terminal: createTerminal(process.stdout, process.stderr),
  env: {},
  stdin: Readable.from([]),
});

describe('the numbers that stillframe serve takes', () => {
  test('are all in this test', () => {
    const numeric = options.filter(({ flags }) => flags.endsWith('<number>')).map(({ long }) => long);
    expect(numeric).toEqual(NUMBERS.map(([flag]) => flag));
  });

  test.each(NUMBERS)('%s is taken from %i to %i', (flag, min, max) => {
    const option = options.find(({ long }) => long === flag);
    const parse = (text: string): unknown => option?.parseArg?.(text, undefined);
    expect([parse(String(min)), parse(String(max))]).toEqual([min, max]);
    for (const text of [String(min - 1), String(max + 1), `${max}.5`, '1e3', '', 'many']) {
      expect(() => parse(text)).toThrow(`It must be a whole number from ${min} to ${max}.`);
    }
  });

  test.each(NUMBERS.filter(([flag]) => !WITHOUT_VARIABLE.includes(flag)))(
    '%s has the same range as a variable, from %i to %i',
    (flag, min, max) => {
      const variable = `STILLFRAME_${flag.slice(2).replaceAll('-', '_').toUpperCase()}`;
      const read = (text: string): unknown[] => {
        const env = { [variable]: text };
        return Object.values({ ...readLimits({}, env), ...readRetention({}, env) });
      };
      expect([...read(String(min)), ...read(String(max)), ...read('')]).toEqual([min, max]);
      for (const text of [String(min - 1), String(max + 1), `${max}.5`, '1e3', 'many']) {
        expect(() => read(text)).toThrow(
          expect.objectContaining({
            code: 'usage',
            message: `${variable} is "${text}"`,
            nextStep: `It must be a whole number from ${min} to ${max}.`,
          }),
        );
      }
    },
  );
});
