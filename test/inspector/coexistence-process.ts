/** Our breakpoints beside those of somebody else's session, and beside `debugger` statements. */
import { Session } from 'node:inspector';
import { createLines } from './lines-in-process.ts';
import { lineOf } from './run-lines.ts';

function shared(value: number): number {
  const doubled = value * 2;
  return doubled + 1; // BREAKPOINT shared
}

function stops(): string {
  // oxlint-disable-next-line no-debugger -- the statement of an application
  debugger;
  return 'went on';
}

const file = import.meta.filename;
const line = lineOf(file, 'shared');
const pauses: string[] = [];

const foreign = new Session();
foreign.connect();
foreign.on('Debugger.paused', ({ params }) => {
  pauses.push(`${params.callFrames[0]?.functionName} ${params.hitBreakpoints?.length ?? 0}`);
});
const startForeign = (): void => {
  foreign.post('Debugger.enable');
  foreign.post('Debugger.setBreakpointByUrl', {
    urlRegex: 'coexistence-process',
    lineNumber: line - 1,
    condition: 'value > 1',
  });
};

const program = createLines();
const breakpoint = { id: 'shared', file_path: file, line_number: line };
const result: Record<string, unknown> = { withoutAnybody: stops() };

await program.set([breakpoint]);
result['pausesOfOurs'] = [shared(1), stops(), pauses.splice(0)];
result['capturedAlone'] = program.captured();

await program.set([]);
startForeign();
await program.set([{ ...breakpoint, id: 'beside' }]);
result['beside'] = [shared(2), shared(1), stops(), pauses.splice(0)];
result['capturedBeside'] = program.captured();
program.lines.close();
result['afterOurs'] = [shared(2), stops(), pauses.splice(0)];
foreign.post('Debugger.disable');
foreign.disconnect();
result['afterTheirs'] = [shared(2), stops(), pauses.splice(0)];
process.stdout.write(`${JSON.stringify(result)}\n`);
