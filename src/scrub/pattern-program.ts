import { CharacterSets } from './pattern-characters.ts';
import type { CharacterSet } from './pattern-characters.ts';
import type { PatternShape, Repeat, Sequence, Shape } from './pattern-shape.ts';

/** One step of a backtracking engine. Directions: 1 reads onwards, -1 (in a look-behind) reads backwards. */
export type Instruction =
  | { readonly op: 'take'; readonly set: CharacterSet; readonly direction: Direction }
  | CharacterRun
  /** `^` or `$`: nothing before it (or behind it, by its direction), or one of the set. */
  | { readonly op: 'edge'; readonly set: CharacterSet | null; readonly direction: Direction }
  /** `\b` or `\B`. */
  | { readonly op: 'word edge'; readonly set: CharacterSet; readonly isNegative: boolean }
  | {
      readonly op: 'reference';
      readonly captures: readonly number[];
      readonly flags: string;
      readonly direction: Direction;
    }
  /** Goes on with the next instruction, and later with the other one. */
  | { readonly op: 'split'; other: number }
  | { readonly op: 'jump'; to: number }
  /** Stores the position. */
  | { readonly op: 'mark'; readonly register: number }
  | { readonly op: 'begin'; readonly loop: Loop }
  | { readonly op: 'loop'; readonly loop: Loop }
  | { readonly op: 'enter'; readonly loop: Loop }
  | { readonly op: 'again'; readonly loop: Loop }
  /** What is looked for follows, up to its `found`. */
  | { readonly op: 'look'; readonly isNegative: boolean; exit: number }
  | { readonly op: 'found' };

export type Direction = 1 | -1;

/** Takes a character again and again, and gives back one after the other; a lazy one does it the other way round. */
export interface CharacterRun {
  readonly op: 'run';
  readonly set: CharacterSet;
  readonly repeat: Repeat;
  readonly direction: Direction;
}

/** A group that is repeated. Its instructions stand between `loop`, `enter` and `again`. */
export interface Loop {
  readonly repeat: Repeat;
  /** Register of how often it was entered. */
  readonly count: number;
  /** Register of where it was entered last: a turn that takes nothing ends the loop. */
  readonly enteredAt: number;
  /** Its instruction `loop`. */
  readonly start: number;
  exit: number;
  /** Registers of what is captured in it, forgotten at each turn: from the first to before the second. */
  readonly firstCapture: number;
  readonly endOfCaptures: number;
}

/** What a backtracking engine does for an expression. */
export interface PatternProgram {
  readonly instructions: readonly Instruction[];
  /** Numbers that the instructions store: begin and end of each capture first. */
  readonly registerCount: number;
}

/** Translates an expression the way ECMA-262 (section 22.2.2) and the engine of V8 run it, without their shortcuts. */
export function compilePattern(shape: PatternShape): PatternProgram {
  return new Compiler(shape.captureCount).compile(shape.options);
}

class Compiler {
  readonly #instructions: Instruction[] = [];
  readonly #sets = new CharacterSets();
  #registers: number;

  constructor(captureCount: number) {
    this.#registers = beginOf(captureCount + 1);
  }

  compile(options: readonly Sequence[]): PatternProgram {
    this.#addOptions(options, 1);
    this.#instructions.push({ op: 'found' });
    return { instructions: this.#instructions, registerCount: this.#registers };
  }

  #addOptions(options: readonly Sequence[], direction: Direction): void {
    const jumps: { to: number }[] = [];
    for (const [index, sequence] of options.entries()) {
      const split = { op: 'split' as const, other: 0 };
      const isLast = index === options.length - 1;
      if (!isLast) this.#instructions.push(split);
      for (const shape of direction === 1 ? sequence : sequence.toReversed()) this.#add(shape, direction);
      if (isLast) break;
      const jump = { op: 'jump' as const, to: 0 };
      jumps.push(jump);
      this.#instructions.push(jump);
      split.other = this.#instructions.length;
    }
    for (const jump of jumps) jump.to = this.#instructions.length;
  }

  #add(shape: Shape, direction: Direction): void {
    switch (shape.kind) {
      case 'atom': {
        const set = this.#sets.of(shape.source, shape.flags);
        const { repeat } = shape;
        this.#instructions.push(
          isOnce(repeat) ? { op: 'take', set, direction } : { op: 'run', set, repeat, direction },
        );
        break;
      }
      case 'boundary':
        this.#instructions.push(this.#boundary(shape.source, shape.flags));
        break;
      case 'look': {
        const look = { op: 'look' as const, isNegative: shape.isNegative, exit: 0 };
        this.#instructions.push(look);
        this.#addOptions(shape.options, shape.isBehind ? -1 : 1);
        this.#instructions.push({ op: 'found' });
        look.exit = this.#instructions.length;
        break;
      }
      case 'reference':
        this.#addRepeated(shape.repeat, [], () => {
          const { captures, flags } = shape;
          this.#instructions.push({ op: 'reference', captures, flags, direction });
        });
        break;
      case 'group':
        this.#addRepeated(shape.repeat, capturesOf(shape), () => {
          this.#addGroup(shape.options, shape.capture, direction);
        });
    }
  }

  #addGroup(options: readonly Sequence[], capture: number | null, direction: Direction): void {
    if (capture === null) {
      this.#addOptions(options, direction);
      return;
    }
    const [first, last] =
      direction === 1 ? [beginOf(capture), endOf(capture)] : [endOf(capture), beginOf(capture)];
    this.#instructions.push({ op: 'mark', register: first });
    this.#addOptions(options, direction);
    this.#instructions.push({ op: 'mark', register: last });
  }

  #addRepeated(repeat: Repeat, captures: readonly number[], addBody: () => void): void {
    if (isOnce(repeat)) {
      addBody();
      return;
    }
    const loop: Loop = {
      repeat,
      count: this.#registers++,
      enteredAt: this.#registers++,
      start: this.#instructions.length + 1,
      exit: 0,
      firstCapture: captures.length === 0 ? 0 : beginOf(Math.min(...captures)),
      endOfCaptures: captures.length === 0 ? 0 : beginOf(Math.max(...captures) + 1),
    };
    this.#instructions.push({ op: 'begin', loop }, { op: 'loop', loop }, { op: 'enter', loop });
    addBody();
    this.#instructions.push({ op: 'again', loop });
    loop.exit = this.#instructions.length;
  }

  #boundary(source: string, flags: string): Instruction {
    if (source === '^' || source === '$') {
      const set = flags.includes('m') ? this.#sets.of('[\\n\\r\\u2028\\u2029]', '') : null;
      return { op: 'edge', set, direction: source === '^' ? -1 : 1 };
    }
    return { op: 'word edge', set: this.#sets.of('\\w', flags), isNegative: source === '\\B' };
  }
}

/** Register of where a capture begins. */
export function beginOf(capture: number): number {
  return 2 * capture;
}

/** Register of where a capture ends. */
export function endOf(capture: number): number {
  return 2 * capture + 1;
}

function capturesOf(shape: Shape): number[] {
  if (shape.kind !== 'group' && shape.kind !== 'look') return [];
  const inside = shape.options.flat().flatMap(capturesOf);
  return shape.kind === 'group' && shape.capture !== null ? [shape.capture, ...inside] : inside;
}

function isOnce({ min, max }: Repeat): boolean {
  return min === 1 && max === 1;
}
