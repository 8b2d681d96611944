/**
 * `npm test`: types, lint, then all tests on the repository's own Node and the agent's once more on the oldest
 * supported line. The last line is the sum, `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

const root = join(import.meta.dirname, '..');
const reports = mkdtempSync(join(tmpdir(), 'stillframe-test-'));
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const oldestNode = join(root, 'test', 'node-22', 'node_modules', '.bin', 'node');

const failedSteps: string[] = [];
let passed = 0;
let failed = 0;

function run(title: string, command: string, args: readonly string[]): void {
  process.stdout.write(`\n== ${title}\n`);
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) failedSteps.push(title);
}

function runVitest(title: string, node: string, args: readonly string[]): void {
  const report = join(reports, `${title.replaceAll(/\W+/g, '-')}.json`);
  run(title, node, [
    vitest,
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile=${report}`,
    ...args,
  ]);
  const counts = JSON.parse(readFileSync(report, 'utf8')) as {
    readonly numPassedTests: number;
    readonly numFailedTests: number;
    readonly numPendingTests: number;
    readonly numFailedTestSuites: number;
  };
  passed += counts.numPassedTests;
  failed += counts.numFailedTests;
  // A test that did not run has not passed.
  if (counts.numPendingTests > 0) failedSteps.push(`${title}: ${counts.numPendingTests} tests did not run`);
}

run('types', 'npm', ['run', '--silent', 'typecheck']);
run('lint', 'npm', ['run', '--silent', 'lint']);
runVitest(`tests on Node ${process.versions.node}`, process.execPath, []);
runVitest('agent tests on the oldest supported Node', oldestNode, ['--project', 'agent']);
rmSync(reports, { recursive: true, force: true });

for (const step of failedSteps) process.stdout.write(`failed: ${step}\n`);
process.stdout.write(`\n${passed} passed, ${Math.max(failed, failedSteps.length === 0 ? 0 : 1)} failed\n`);
process.exitCode = failedSteps.length === 0 && failed === 0 ? 0 : 1;
