import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { atMost } from './goal.ts';
import type { Section } from './goal.ts';

const ROUNDS = 60;
const root = join(import.meta.dirname, '..');

/** Sends every route of the control server what nobody expects, longer than the tests do and with another seed each time. */
export function soakRoutes(rounds: number = ROUNDS): Promise<Section> {
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--project',
      'server',
      'test/control-server/fuzz',
    ],
    { cwd: root, encoding: 'utf8', env: { ...process.env, STILLFRAME_FUZZ_RUNS: String(rounds) } },
  );
  const failures = status === 0 ? 0 : 1;
  return Promise.resolve({
    goals: [atMost('answers that were not promised', failures, 0, String)],
    text: `## Fuzzed routes

${rounds} rounds of requests for each route, by each role.${failures === 0 ? '' : `\n\n${stdout}`}
`,
  });
}
