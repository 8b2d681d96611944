import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProgram } from '../../../control-server/cli/program.ts';
import type { Terminal } from '../../../control-server/cli/terminal.ts';
import { runCli, startCli } from './cli-process.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stillframe-scrub-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const BAD_JSON = 'Give JSON, one JSON value a line, or --text for plain text.';

/** Runs `stillframe scrub` on what a pipe gives. */
async function scrub(
  args: readonly string[],
  input: string | Readable,
): Promise<{ readonly code: number; readonly out: string; readonly notes: string }> {
  const out: string[] = [];
  const notes: string[] = [];
  const terminal: Terminal = {
    print: (line) => void out.push(line),
    note: (line) => void notes.push(line),
    paint: (_, text) => text,
    columns: () => null,
    printAll: () => Promise.resolve(),
  };
  const stdin = typeof input === 'string' ? Readable.from([Buffer.from(input)]) : input;
  const code = await runProgram(['scrub', ...args], { terminal, env: {}, stdin });
  return { code, out: out.join('\n'), notes: notes.join('\n') };
}

describe('stillframe scrub', () => {
  it('prints what would be sent of a JSON value, and says what was found and cut', async () => {
    const value = {
      user: { mail: 'write to jane@example.com', far: { away: { still: 1 } } },
      mails: Array.from({ length: 7 }, (_, index) => `u${index}@example.com`),
      password: 'hunter2',
    };
    expect(await scrub([], JSON.stringify(value))).toEqual({
      code: 0,
      out: JSON.stringify(
        {
          user: { mail: 'write to [REDACTED:email]', far: { away: '[...]' } },
          mails: Array.from({ length: 7 }, () => '[REDACTED:email]'),
          password: '[REDACTED:sensitive_name]',
        },
        null,
        2,
      ),
      notes: [
        'Redacted email (medium): user/mail, mails/0, mails/1, mails/2, mails/3 and 3 more',
        'Redacted sensitive_name (medium): password',
        'Cut by depth at 1 place; --max-depth keeps more.',
      ].join('\n'),
    });
  });

  it('says when nothing was redacted', async () => {
    expect(await scrub([], '{"a":1}')).toEqual({
      code: 0,
      out: '{\n  "a": 1\n}',
      notes: 'Nothing was redacted.',
    });
  });

  it('gives the findings as JSON on stderr', async () => {
    const { out, notes } = await scrub(['--findings'], '{"a":["jane@example.com"]}');
    expect(JSON.parse(out)).toEqual({ a: ['[REDACTED:email]'] });
    expect(JSON.parse(notes)).toEqual([{ type: 'email', severity: 'medium', path: 'variables/a/0' }]);
  });

  it('takes one value a line, and says in which line it found something', async () => {
    const { code, out, notes } = await scrub([], '\ufeff{"a":1}\r\n\r\n{"b":"jane@example.com"}\r\n3\n');
    expect({ code, out, notes }).toEqual({
      code: 0,
      out: '{"a":1}\n{"b":"[REDACTED:email]"}\n3',
      notes: 'Redacted email (medium): line 3 b',
    });
    expect(JSON.parse((await scrub(['--findings'], '1\n"jane@example.com"')).notes)).toEqual([
      { type: 'email', severity: 'medium', path: 'variables', line: 2 },
    ]);
  });

  it('takes plain text of any length', async () => {
    const long = 'x '.repeat(20_000);
    const text = `${long}\npassword=hunter2\nmail jane@example.com`;
    const scrubbed = await scrub(['--text'], `${text}\n`);
    expect({ ...scrubbed, out: scrubbed.out.replace(long, '…') }).toEqual({
      code: 0,
      out: '…\npassword=[REDACTED:password]\nmail [REDACTED:email]',
      notes: 'Redacted password (high): the input\nRedacted email (medium): the input',
    });
  });

  it('keeps a whole number exact that a double does not hold: it may be a card', async () => {
    const { out } = await scrub([], '{"card":4111111111111111110,"id":12345678901234567890,"f":1.5}');
    expect(JSON.parse(out)).toEqual({ card: '[REDACTED:credit_card]', id: '12345678901234567890', f: 1.5 });
  });

  it('keeps and finds what the options say', async () => {
    const value = {
      a: { b: { c: { d: { e: 'deep' } } } },
      text: 'y'.repeat(3_000),
      mail: 'jane@example.com',
      badge: 'x1',
      sessionToken: 'kept as it is',
      orders: [{ note: 'ring twice' }],
      list: Array.from({ length: 300 }, (_, index) => index),
    };
    const { code, out, notes } = await scrub(
      [
        ...['--max-depth', '20', '--max-string-length', '5000', '--max-payload-bytes', '1000000'],
        ...['--max-elements', '300', '--disable-type', 'email', '--redact-name', 'badge'],
        ...['--allow-name', 'session_token', '--redact-path', 'orders[*].note'],
      ],
      JSON.stringify(value),
    );
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual({
      ...value,
      badge: '[REDACTED:sensitive_name]',
      orders: [{ note: '[REDACTED:path]' }],
    });
    expect(notes).toBe('Redacted path (high): orders/0/note\nRedacted sensitive_name (medium): badge');
  });

  it.each([
    ['nope', `The input is not JSON (bad_input). ${BAD_JSON}`],
    ['{"a": 1\n"b"}', `The input is not JSON, at line 2, column 1 (bad_input). ${BAD_JSON}`],
    ['{"a":1}\n{"a":\n', `Line 2 of the input is not JSON (bad_input). ${BAD_JSON}`],
    [' \n', `The input is empty (bad_input). ${BAD_JSON}`],
  ])('ends with code 2 on %j, and quotes none of it', async (input, said) => {
    expect(await scrub([], input)).toEqual({ code: 2, out: '', notes: `stillframe: ${said}` });
  });

  it.each([
    [
      ['--disable-type', 'e-mail'],
      /^stillframe: --disable-type: "e-mail" is not one of email, ssn, .* \(usage\)\.$/,
    ],
    [
      ['--redact-path', 'a[*].b[*]'],
      /^stillframe: --redact-path: "a\[\*\]\.b\[\*\]" has more than one wildcard \(usage\)\. Split it, or use --redact-name, which applies at every depth\.$/,
    ],
    [
      ['--redact-name', '--'],
      /^stillframe: --redact-name must be a name with a letter or digit, not "--" \(usage\)\.$/,
    ],
  ])('ends with code 2 on %j, by the name of the option', async (args, said) => {
    const { code, out, notes } = await scrub(args, '{}');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(notes).toMatch(said);
  });

  it('says what is missing when nothing is piped in', async () => {
    const stdin = Object.assign(Readable.from([]), { isTTY: true });
    expect(await scrub([], stdin)).toEqual({
      code: 2,
      out: '',
      notes:
        'stillframe: There is nothing to scrub (usage). Give a file, or pipe one in: stillframe scrub < file.json',
    });
  });

  it('reads an endless pipe no further than 64 MiB', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, '1');
    let given = 0;
    const endless = Readable.from(
      (function* () {
        for (;;) {
          given += 1;
          yield megabyte;
        }
      })(),
    );
    const { code, notes } = await scrub([], endless);
    expect(code).toBe(2);
    expect(notes).toBe(
      'stillframe: The input is larger than 64 MiB (bad_input). Split it, or scrub it value by value with createScrubber of stillframe/scrub.',
    );
    expect(given).toBeLessThan(100);
  });
});

describe('stillframe scrub as a process', () => {
  it('reads a file', async () => {
    const file = join(folder, 'order.json');
    writeFileSync(file, '{"mail":"jane@example.com"}');
    expect(await runCli(['scrub', file], {})).toEqual({
      code: 0,
      stdout: '{\n  "mail": "[REDACTED:email]"\n}',
      stderr: 'Redacted email (medium): mail',
    });
    expect(await runCli(['scrub', join(folder, 'missing.json')], {})).toEqual({
      code: 2,
      stdout: '',
      stderr: `stillframe: ${join(folder, 'missing.json')} cannot be read: ENOENT (bad_input). Give the path of a file, or pipe one in.`,
    });
  });

  it('ends without a word of its own when nobody reads the rest', async () => {
    const file = join(folder, 'many.jsonl');
    writeFileSync(file, '{"a":"0123456789"}\n'.repeat(100_000));
    await using cli = startCli(['scrub', file], {});
    await cli.waitForLine('stdout', /^\{"a"/);
    cli.closeStdout();
    expect(await cli.ended).toBe(0);
    expect(cli.stderr.filter((line) => line !== 'Nothing was redacted.')).toEqual([]);
  });
});
