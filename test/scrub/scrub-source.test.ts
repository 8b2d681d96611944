import { describe, expect, it } from 'vitest';
import { scrubSource } from '../../src/scrub/scrub-source.ts';
import type { ScrubbedSource } from '../../src/scrub/scrub-source.ts';
import { createSnapshotScrubber } from '../../src/scrub/snapshot-scrubber.ts';
import type { SnapshotScrubber } from '../../src/scrub/snapshot-scrubber.ts';
import { UNHURRIED_MS } from './unhurried.ts';

const CARD = '4111111111111111';

function scrub(
  source: string,
  scrubber: SnapshotScrubber = createSnapshotScrubber({}, { budgetMs: UNHURRIED_MS }),
): Promise<ScrubbedSource> {
  return scrubSource(source, scrubber.scrubLines, () => Promise.resolve());
}

/** A private key of so many lines of base64, as it stands in a file. */
function keyOf(lines: number): string[] {
  const body = Array.from(
    { length: lines },
    (_, index) => `MIIEpAIBAAKCAQEA${String(index).padStart(48, 'x')}`,
  );
  return ['-----BEGIN PRIVATE KEY-----', ...body, '-----END PRIVATE KEY-----'];
}

describe('the source of a file', () => {
  it('leaves with its secrets taken out and every line where it was', async () => {
    const source = [
      'const a = 1;',
      'const token = "ghp_016C7lL3gVx4Wl5IPrs0jIu1ZmVzF01ZjEIR";',
      '',
      'f(a);',
    ].join('\r\n');
    const { text, types } = await scrub(source);
    expect(text.split('\r\n')).toEqual([
      'const a = 1;',
      'const token = "[REDACTED:oauth_token]";',
      '',
      'f(a);',
    ]);
    expect(types).toEqual(['oauth_token']);
  });

  it('keeps the lines of a key that stood on several', async () => {
    const { text } = await scrub(['const key = `', ...keyOf(3), '`;', 'last();'].join('\n'));
    expect(text.split('\n')).toEqual([
      'const key = `',
      '[REDACTED:private_key]',
      '',
      '',
      '',
      '',
      '`;',
      'last();',
    ]);
  });

  it('finds a key wherever it lies across the pieces that are looked at', async () => {
    const filler = 'const value = compute(index, 12);';
    for (const before of [200, 235, 240, 245, 250, 480]) {
      const lines = [...Array.from({ length: before }, () => filler), ...keyOf(60), filler];
      const { text } = await scrub(lines.join('\n'));
      expect(text).not.toContain('MIIEpAIBAAKCAQEA');
      expect(text.split('\n')).toHaveLength(lines.length);
    }
  });

  it('finds all of a key that is longer than two pieces', async () => {
    const lines = ['first();', ...keyOf(280), 'last();'];
    const { text } = await scrub(lines.join('\n'));
    expect(text).not.toContain('MIIEpAIBAAKCAQEA');
    expect([text.split('\n').length, text.split('\n').at(-1)]).toEqual([lines.length, 'last();']);
  });

  it("takes out what a user's own pattern matches over several lines, and leaves the lines", async () => {
    const scrubber = createSnapshotScrubber({
      piiPatterns: [{ type: 'customer', pattern: /customer:\s+\d{4}/ }],
    });
    expect(await scrub('customer:\n\n 1234\nrest', scrubber)).toEqual({
      text: '[REDACTED:customer]\n\n\nrest',
      types: ['customer'],
      cutLines: 0,
    });
  });

  it('is the same after a second scrub', async () => {
    const { text } = await scrub([`pay(${CARD});`, ...keyOf(4), 'end();'].join('\n'));
    expect((await scrub(text)).text).toBe(text);
  });

  it.each([
    ['password:\n  "hunter2",', 'password:\n  "[REDACTED:password]",'],
    ["const dbPassword =\n  'hunter2';", "const dbPassword =\n  '[REDACTED:password]';"],
    [
      'const password: string | undefined =\r\n  "hunter2";',
      'const password: string | undefined =\r\n  "[REDACTED:password]";',
    ],
    ['"password":\n\n    "hunter2"', '"password":\n\n    "[REDACTED:password]"'],
    ['password: // of the test\n  "hunter2"', 'password: // of the test\n  "[REDACTED:password]"'],
    ['setPassword(\n  "hunter2",\n)', 'setPassword(\n  "[REDACTED:password]",\n)'],
    ['password = (\n  "hunter2"\n)', 'password = (\n  "[REDACTED:password]"\n)'],
    [
      'const password = `\n  hunter2\n  rest\n`;\nlast();',
      'const password = `[REDACTED:password]\n\n\n`;\nlast();',
    ],
    ['password = "hun" +\n  "ter2";', 'password = "[REDACTED:password]" +\n  "[REDACTED:password]";'],
    ['password = "hun" + "ter2";', 'password = "[REDACTED:password]" + "[REDACTED:password]";'],
    ['password = config.prefix\n  + "hunter2";', 'password = config.prefix\n  + "[REDACTED:password]";'],
    [
      'password: process.env.DB_PASSWORD ?? "hunter2"',
      'password: process.env.DB_PASSWORD ?? "[REDACTED:password]"',
    ],
    ['password: process.env["A"] ||\n "hunter2"', 'password: process.env["A"] ||\n "[REDACTED:password]"'],
  ])('has no secret on the lines behind its name: %j', async (source, expected) => {
    const found = await scrub(source);
    expect(found).toEqual({ text: expected, types: ['password'], cutLines: 0 });
    expect((await scrub(found.text)).text).toBe(found.text);
  });

  it.each([
    'password:\n  readPassword(),\nname: "orders"',
    'const password =\n  input.value;\nconst title = "orders";',
    'password: string;\ntitle = "orders";',
    'case TOKEN:\n  return "orders";',
    'const tokens =\n  "";',
    'log("password: " +\n  user + " is wrong");',
    'if (key === "password" &&\n  kind === "orders") go();',
    'interface A { password?:\n  string }',
    'password = config.masked ||\n  "***";',
    'const tokenQuery = `\n  SELECT id\n  FROM token`;',
    'const apiTokens = `\n  SELECT id\n  FROM api_token`;',
  ])('keeps what is no secret behind a name: %j', async (source) => {
    expect((await scrub(source)).text).toBe(source);
  });

  it('keeps 20,000 characters of a line and says how many lines were longer', async () => {
    const whole = 'a'.repeat(20_000);
    const { text, cutLines } = await scrub(`${whole}\n${whole}b\nend`);
    expect([text.split('\n'), cutLines]).toEqual([[whole, `${whole} [...]`, 'end'], 1]);
  });

  it('leaves nothing of a secret that a cut goes through', async () => {
    const { text } = await scrub(`${'a '.repeat(9_995)}${CARD} and more`);
    expect(text).not.toContain('4111');
  });

  it('keeps the lines when the scrubber has no time left', async () => {
    let nowMs = 0;
    const scrubber = createSnapshotScrubber({}, { now: () => (nowMs += 1_000) });
    const lines = Array.from({ length: 100 }, () => `card = ${CARD}; // and what it is for, at some length`);
    const { text } = await scrub(lines.join('\n'), scrubber);
    expect(text).not.toContain(CARD);
    expect(text.split('\n')).toHaveLength(100);
  });

  it('gives way to others between two pieces', async () => {
    let turns = 0;
    const source = 'const value = compute(index, 12);\n'.repeat(3_000);
    await scrubSource(source, createSnapshotScrubber().scrubLines, async () => {
      turns += 1;
    });
    // Three of them while the lines are counted.
    expect(turns).toBe(Math.ceil(source.length / 8_192) + 3);
  });
});
