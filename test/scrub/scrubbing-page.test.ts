import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { SCRUB_TYPES, createScrubber } from '../../src/scrub/index.ts';
import { UNHURRIED_MS } from './unhurried.ts';

const page = readFileSync(new URL('../../docs/scrubbing.md', import.meta.url), 'utf8');
const scrubber = createScrubber({ budgetMs: UNHURRIED_MS });

/** The part of the page below a heading, up to the next one. */
function section(heading: string): string {
  const start = page.indexOf(`\n${heading}\n`);
  if (start === -1) throw new Error(`The page has no heading "${heading}".`);
  const body = page.slice(start + heading.length + 2);
  return body.slice(0, /^##/m.exec(body)?.index ?? body.length);
}

/** The cells of the tables of a part, without the headings; code without its backticks. */
function rows(text: string): string[][] {
  const lines = text.split('\n').filter((line) => line.startsWith('| '));
  return lines
    .filter((line, index) => ![line, lines[index + 1]].some((next) => next?.startsWith('| -')))
    .map((line) =>
      line
        .slice(1, -1)
        .split(' | ')
        .map((cell) => cell.trim().replace(/^`(.*)`$/, '$1')),
    );
}

interface Example {
  readonly text: string;
  readonly becomes: string;
}

const EXAMPLES: ReadonlyMap<string, readonly Example[]> = new Map(
  SCRUB_TYPES.map((type) => [
    type,
    rows(section(`### \`${type}\``)).map(([text = '', becomes = '']) => ({ text, becomes })),
  ]),
);

function scrubExample(text: string): string {
  if (!/^[{[]/.test(text)) return scrubber.scrubText(text);
  return JSON.stringify(scrubber.scrub(JSON.parse(text)).value);
}

describe('docs/scrubbing.md', () => {
  test('has the 13 types, in their order, and no other', () => {
    const headings = [...page.matchAll(/^### `(\w+)`$/gm)].map(([, type]) => type);
    expect(headings).toEqual([...SCRUB_TYPES]);
  });

  test.each([...EXAMPLES])(
    '%s: gives texts that are found by that type, and texts that stay',
    (type, examples) => {
      const found = examples.filter(({ becomes }) => becomes.includes(`[REDACTED:${type}]`));
      const stays = examples.filter(({ becomes }) => becomes === 'stays');
      expect(found.length).toBeGreaterThanOrEqual(2);
      expect(stays.length).toBeGreaterThanOrEqual(2);
    },
  );

  test.each(
    [...EXAMPLES].flatMap(([type, examples]) => examples.map(({ text, becomes }) => [type, text, becomes])),
  )('%s: %s %s', (_type, text, becomes) => {
    expect(scrubExample(text!)).toBe(becomes === 'stays' ? text : becomes);
  });

  const values = rows(section('## Values'));

  test('shows what becomes of values of many kinds', () => {
    expect(values.length).toBeGreaterThanOrEqual(15);
  });

  test.each(values.map(([value, sent, mark]) => [value, sent, mark]))(
    'value: %s is sent as %s, %s',
    (source, sent, mark) => {
      const scrubbed = scrubber.scrub(runInThisContext(source!));
      expect(JSON.stringify(scrubbed.value)).toBe(sent);
      const [first] = scrubbed.marks;
      expect(first === undefined ? 'none' : [first.kind, first.reason].join(' ').trim()).toBe(mark);
    },
  );

  const programs = [...page.matchAll(/^```js\n([^]*?)^```$/gm)].map(([, code]) => code ?? '');

  test('has programs', () => {
    expect(programs.length).toBeGreaterThanOrEqual(3);
  });

  test.each(programs)('program: %s', (program) => {
    const scrub = new URL('../../src/scrub/index.ts', import.meta.url).href;
    const printed = execFileSync(
      process.execPath,
      [
        '--disable-warning=ExperimentalWarning',
        '--input-type=module',
        '--eval',
        program.replace("'stillframe/scrub'", JSON.stringify(scrub)),
      ],
      { encoding: 'utf8', env: { NO_COLOR: '1' } },
    );
    const said = [...program.matchAll(/^\/\/ ?(.*)$/gm)].map(([, line]) => line);
    expect(printed.trimEnd().split('\n')).toEqual(said);
  });
});
