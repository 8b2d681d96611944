/** `npm run bench`: runs every bench and writes docs/benchmarks.md. */
import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { benchCallCost } from './call-cost.ts';
import { benchCaptureCost } from './capture-cost.ts';

const sections = [await benchCallCost(), benchCaptureCost()];
const report = `# Benchmarks

Written by \`npm run bench\`; do not edit. Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, a
shared machine: trust the ratios, repeat the times. Every outcome is verified before it is timed.

${sections.join('\n')}`;
writeFileSync(join(import.meta.dirname, '..', 'docs', 'benchmarks.md'), report);
process.stdout.write(report);
process.exit(0);
