import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createControlServer } from '../../control-server/index.ts';
import { compileCondition } from '../../src/breakpoints/condition.ts';
import { BREAKPOINT_STATES } from '../../src/protocol/agent-event.ts';
import { parseCondition } from '../../src/protocol/condition.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'breakpoints.md'), 'utf8');

/** The rows of the table with this heading, cell by cell. */
function table(heading: string): string[][] {
  const [, rest = ''] = page.split(new RegExp(`^\\| ${heading} .*\\n\\| -.*\\n`, 'm'));
  const [rows = ''] = rest.split('\n\n');
  return rows
    .split('\n')
    .filter((row) => row.startsWith('|'))
    .map((row) => row.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll('\\|', '|')))
    .map(([, ...cells]) => cells);
}

const conditions = table('condition +\\| is').map(([code = '', is = '']) => [code.slice(1, -1), is] as const);
const mistakes = table('condition +\\| what is said').map(
  ([code = '', said = '']) => [code.slice(1, -1), said] as const,
);

describe('docs/breakpoints.md', () => {
  const scope = JSON.parse(/^```json\n([\s\S]*?)^```/m.exec(page)?.[1] ?? '') as Record<string, unknown>;

  it.each(conditions)('says of %s that it is %s, and so it is', (text, is) => {
    const parsed = parseCondition(text);
    expect(parsed.ok && compileCondition(parsed.expression)(scope)).toBe(JSON.parse(is));
  });

  it('shows mistakes as the server answers them', async () => {
    const server = await createControlServer({ dataFolder: temporaryFolder(), port: 0, logLevel: 'silent' });
    onTestFinished(() => server.close());
    const answers = await Promise.all(
      mistakes.map(async ([condition]) => {
        const response = await fetch(`${server.url}/api/breakpoints`, {
          method: 'POST',
          headers: {
            authorization: `Bearer ${server.localToken}`,
            'content-type': 'application/json',
          },
          body: JSON.stringify({ serviceName: 'shop', label: 'checkout', condition }),
        });
        return ((await response.json()) as { readonly detail: string }).detail;
      }),
    );
    expect(answers).toEqual(mistakes.map(([, said]) => `${said} of "condition".`));
  });

  it('names the states that an agent reports', () => {
    expect(table('state').map(([state]) => state)).toEqual(BREAKPOINT_STATES.map((state) => `\`${state}\``));
  });

  it('has both tables', () => {
    expect([conditions.length, mistakes.length]).toEqual([11, 5]);
  });
});
