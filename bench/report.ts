/** `npm run bench:report`: runs every bench, writes docs/benchmarks.md, and brings the figures that README.md quotes up to date. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync, writeSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { benchCallCost } from './call-cost.ts';
import { benchCallSiteCost } from './call-site-cost.ts';
import { benchCaptureCost } from './capture-cost.ts';
import { benchCopyCost } from './copy-cost.ts';
import { formatGoals } from './goal.ts';
import type { Section } from './goal.ts';
import { benchHostileCost } from './hostile-cost.ts';
import { benchKillFanOut } from './kill-fan-out.ts';
import { benchLineBreakpoints } from './line-breakpoints.ts';
import { listPeers } from './peers.ts';
import { quoteFigures } from './readme-figures.ts';
import { benchScrubCost } from './scrub-cost.ts';
import { benchSoak } from './soak.ts';
import { benchSourceMapCost } from './source-map-cost.ts';
import { benchStartUp } from './start-up.ts';

const BENCHES: readonly (() => Section | string | Promise<Section>)[] = [
  benchCallCost,
  benchCaptureCost,
  benchCallSiteCost,
  benchSourceMapCost,
  benchCopyCost,
  benchHostileCost,
  benchScrubCost,
  benchStartUp,
  benchLineBreakpoints,
  benchKillFanOut,
  benchSoak,
];

// A child runs one bench, so that none of them meets what V8 has learned of another one's values.
const [, , wanted] = process.argv;
if (wanted !== undefined) {
  const section = await BENCHES[Number(wanted)]?.();
  writeSync(1, JSON.stringify(typeof section === 'string' ? { text: section, goals: [] } : section));
  process.exit(0);
}

const root = join(import.meta.dirname, '..');
const loadBefore = loadavg()[0] ?? 0;
const sections = BENCHES.map((_bench, index) => {
  const child = [import.meta.filename, String(index)];
  const output = execFileSync(process.execPath, child, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return JSON.parse(output) as Section;
});
const goals = sections.flatMap((section) => section.goals);

const report = `# Benchmarks

Written by \`npm run bench:report\`; do not edit. Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${
  loadBefore < 0.5 ? 'otherwise idle' : `busy with other work (load ${loadBefore.toFixed(1)} before the run)`
}.
Trust the ratios, repeat the times: all cases of a table run in turn in one process, each section in its own, and a
figure is the 5th percentile of its rounds. Every outcome is verified before it is timed. Beside ours: ${listPeers()}.

## What is promised

${formatGoals(goals)}

${sections.map(({ text }) => text).join('\n')}`;
writeFileSync(join(root, 'docs', 'benchmarks.md'), report);

const readme = join(root, 'README.md');
const quoted = quoteFigures(readFileSync(readme, 'utf8'), goals);
writeFileSync(readme, await format(quoted, { ...(await resolveConfig(readme)), filepath: readme }));

process.stdout.write(report);
