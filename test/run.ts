/**
 * `npm test`: types, lint, then all tests on the repository's own Node and the agent's once more on the oldest
 * supported line. The last line is the sum, `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import process from 'node:process';

const root = join(import.meta.dirname, '..');
const reports = mkdtempSync(join(tmpdir(), 'stillframe-test-'));
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const oldestNode = join(root, 'test', 'node-22', 'node_modules', '.bin', 'node');

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

const failedSteps: string[] = [];
const failures: string[] = [];
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
  const { numPassedTests, numFailedTests, numPendingTests, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  ) as Report;
  passed += numPassedTests;
  failed += numFailedTests;
  // A test that did not run has not passed.
  if (numPendingTests > 0) failedSteps.push(`${title}: ${numPendingTests} tests did not run`);
  for (const { name, status, message, assertionResults } of testResults) {
    const file = `${title}: ${relative(root, name)}`;
    const tests = assertionResults.filter((test) => test.status === 'failed');
    for (const test of tests) {
      failures.push(`${file} > ${test.fullName}\n${(test.failureMessages ?? []).join('\n')}`);
    }
    if (status === 'failed' && tests.length === 0) failures.push(`${file}\n${message}`);
  }
}

run('types', 'npm', ['run', '--silent', 'typecheck']);
run('lint', 'npm', ['run', '--silent', 'lint']);
runVitest(`tests on Node ${process.versions.node}`, process.execPath, []);
runVitest('agent tests on the oldest supported Node', oldestNode, ['--project', 'agent']);
rmSync(reports, { recursive: true, force: true });

// Said again at the end: the first run's own account is thousands of lines above.
for (const failure of failures) process.stdout.write(`\nFAILED ${failure}\n`);
for (const step of failedSteps) process.stdout.write(`failed: ${step}\n`);
process.stdout.write(`\n${passed} passed, ${Math.max(failed, failedSteps.length === 0 ? 0 : 1)} failed\n`);
process.exitCode = failedSteps.length === 0 && failed === 0 ? 0 : 1;
