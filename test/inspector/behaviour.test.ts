import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixture, lineOf, runLines, runProgram } from './run-lines.ts';

const program = (name: string): string => join(import.meta.dirname, `${name}.ts`);

describe('a line breakpoint', () => {
  it('is in V8 only while a capture is allowed, and the debugger is on only then', async () => {
    expect(await runProgram(program('arm-hit-disarm-process'))).toEqual({
      idle: [],
      armed: ['enable', 'setBreakpoint'],
      globalsWhileArmed: 0,
      sum: 1_000_000 * 1_000_000,
      capturedInALoop: 1,
      hit: ['removeBreakpoint', 'disable'],
      rested: ['enable', 'setBreakpoint'],
      capturedAfterTheRest: 2,
      killedAtOnce: ['removeBreakpoint', 'disable'],
      capturedWhileKilled: 2,
      released: ['enable', 'setBreakpoint'],
      outOfContact: ['removeBreakpoint', 'disable'],
      backInContact: ['enable', 'setBreakpoint'],
      expired: ['removeBreakpoint', 'disable'],
      capturedWhenExpired: 2,
      spent: ['removeBreakpoint', 'disable'],
      removed: ['removeBreakpoint', 'disable'],
      closed: ['removeBreakpoint', 'disable'],
      afterTheEnd: [],
      globalsAfterwards: 0,
    });
  });

  it('leaves the pauses of others alone, and never pauses itself', async () => {
    expect(await runProgram(program('coexistence-process'))).toEqual({
      withoutAnybody: 'went on',
      pausesOfOurs: [3, 'went on', []],
      capturedAlone: 1,
      beside: [5, 3, 'went on', ['shared 1', 'stops 0']],
      capturedBeside: 2,
      afterOurs: [5, 'went on', ['shared 1', 'stops 0']],
      afterTheirs: [5, 'went on', []],
    });
  });

  it('ends at the first hit that a program with broken built-ins makes impossible, and works again where it is set anew', async () => {
    expect(await runProgram(program('broken-builtins-process'))).toEqual({
      set: [3_000, 1, 'error', 'internal'],
      map: [3_000, 1, 'error', 'internal'],
      array: [3_000, 1, 'error', 'internal'],
      afterwards: [5, 1],
    });
  });

  it('keeps nothing of a capture, nor of the debugger that is turned on and off for it', async () => {
    // A snapshot is some 4,000 bytes; what V8 compiles meanwhile is there too.
    const { least } = await runProgram<{ least: number }>(program('kept-memory-process'), ['--expose-gc']);
    expect(least).toBeLessThan(3_000);
  });

  it('keeps no source map of the scripts that it looked at once it is gone', async () => {
    const { state, share } = await runProgram<{ state: string; share: number }>(
      program('kept-scripts-process'),
      ['--expose-gc'],
    );
    expect(state).toBe('installed');
    expect(share).toBeLessThan(0.5);
  });

  it("says that Node's inspector is open, and captures beside it", async () => {
    expect(await runProgram(program('attached-process'))).toEqual({
      state: 'installed',
      reason: expect.stringMatching(/^debugger_attached: /),
      captured: 1,
    });
  });

  it('belongs to its thread', async () => {
    expect(await runProgram(program('workers-process'))).toEqual([
      [['main', { thread: 'main', name: 'thread main', arguments: ['main'] }]],
      [['one', { thread: 'one', name: 'thread one', arguments: ['one'] }]],
      [['two', { thread: 'two', name: 'thread two', arguments: ['two'] }]],
    ]);
  });

  it('is refused with the way out where Node does not let a program debug itself', async () => {
    const file = fixture('common.cjs');
    const { words } = await runLines(
      { file, breakpoints: [{ id: 'denied', file_path: file, line_number: lineOf(file, 'commonjs') }] },
      ['--permission', '--allow-fs-read=*'],
    );
    expect(words).toMatchObject([
      { state: 'error', reason: expect.stringMatching(/^inspector_denied: .*--allow-inspector/) },
    ]);
  });

  it.each([['--disallow-code-generation-from-strings'], ['--frozen-intrinsics']])(
    'works with %s',
    async (flag) => {
      const file = fixture('common.cjs');
      const { snapshots } = await runLines(
        { file, breakpoints: [{ id: 'one', file_path: file, line_number: lineOf(file, 'commonjs') }] },
        [flag],
      );
      expect(snapshots[0]?.variables.value).toMatchObject({ a: 1, b: 2, sum: 3 });
    },
  );

  it('says which names of its condition, its expressions and its message are not known on its line', async () => {
    const file = fixture('order.mjs');
    const at = { file_path: file, line_number: lineOf(file, 'step') };
    const { words } = await runLines({
      file,
      breakpoints: [
        { ...at, id: 'misspelt', condition: 'ordr.length > 2 && name != "x"' },
        { ...at, id: 'expressions', capture_expressions: ['nme', 'order.length', 'this', 'once'] },
        { ...at, id: 'message', mode: 'logpoint', log_message: 'at {nam}' },
        { ...at, id: 'right', condition: '"first" in order || name == nil', capture_expressions: ['name'] },
      ],
    });
    const told = Object.fromEntries(
      words
        .filter(({ state }) => state === 'installed')
        .map(({ breakpointId, reason }) => [breakpointId, reason]),
    );
    const unknown = (names: string): string =>
      `unknown_name: The condition or an expression reads ${names}, which is not known on this line: misspelt, or a variable ` +
      'from outside that this function does not use. It counts as nil. Known here: order, name, this, arguments.';
    expect(told).toEqual({
      misspelt: unknown('ordr'),
      expressions: unknown('nme, once'),
      message: unknown('nam'),
      right: null,
    });
  });
});
