import { isSameCharacter } from './pattern-characters.ts';
import type { CharacterSet } from './pattern-characters.ts';
import { beginOf, compilePattern, endOf } from './pattern-program.ts';
import type { CharacterRun, Direction, Instruction, Loop } from './pattern-program.ts';
import type { PatternShape } from './pattern-shape.ts';

/** What a run over a text found, and how much work it was. */
export interface MachineRun {
  /** Characters looked at and decisions taken, those that were taken back included. */
  readonly steps: number;
  /** It ended early: there were more steps than allowed. */
  readonly isExhausted: boolean;
  /** Begin and end of each match, as `matchAll` finds them. */
  readonly matches: readonly (readonly [number, number])[];
}

/** Numbers of the stack, 24 MB of them. The engine's own holds 64 MB, for a text many times as long. */
const MAX_STACK = 3_000_000;
/** No position, no instruction, no count: all of these begin at 0. */
const NONE = -1;

/**
 * Runs an expression as the backtracking engine of V8 does and counts the steps: the same number on each machine, however
 * fast or busy it is. Many times as slow as the engine, so for short texts.
 */
export class PatternMachine {
  readonly #instructions: readonly Instruction[];
  readonly #readsCodePoints: boolean;
  readonly #registers: number[];
  /**
   * What to go back to, three numbers each: an instruction, a position, and for a run how many characters it can still
   * give back (or take). Or, to be undone on the way: a register as a negative number, and what it held.
   */
  readonly #stack: number[] = [];
  #text: readonly number[] = [];
  /** The next instruction, and the position from which it looks. */
  #here = 0;
  #at = 0;
  #steps = 0;
  #maxSteps = 0;

  constructor(shape: PatternShape, readsCodePoints: boolean) {
    const { instructions, registerCount } = compilePattern(shape);
    this.#instructions = instructions;
    this.#readsCodePoints = readsCodePoints;
    this.#registers = Array.from({ length: registerCount }, () => NONE);
  }

  /** @param maxSteps it ends when there were more */
  run(text: string, maxSteps: number): MachineRun {
    const characters = this.#readsCodePoints ? [...text] : text.split('');
    this.#text = characters.map((character) => character.codePointAt(0)!);
    this.#steps = 0;
    this.#maxSteps = maxSteps;
    this.#forget();
    const found: [number, number][] = [];
    for (let from = 0; from <= characters.length && !this.#isExhausted(); from++) {
      if (!this.#matches(0, from)) continue;
      found.push([from, this.#at]);
      this.#forget();
      if (this.#at > from) from = this.#at - 1;
    }
    const offsets = [0];
    for (const { length } of characters) offsets.push(offsets.at(-1)! + length);
    return {
      steps: this.#steps,
      isExhausted: this.#isExhausted(),
      matches: found.map(([begin, end]) => [offsets[begin]!, offsets[end]!]),
    };
  }

  #isExhausted(): boolean {
    return this.#steps > this.#maxSteps;
  }

  #forget(): void {
    this.#registers.fill(NONE);
    this.#stack.length = 0;
  }

  /** From an instruction to its `found`. Without a match nothing stays of what was stored. */
  #matches(start: number, from: number): boolean {
    const bottom = this.#stack.length;
    this.#here = start;
    this.#at = from;
    while (++this.#steps <= this.#maxSteps) {
      const instruction = this.#instructions[this.#here++]!;
      if (instruction.op === 'found') return true;
      if (!this.#follow(instruction) && !this.#goBack(bottom)) return false;
      if (this.#stack.length > MAX_STACK) this.#maxSteps = 0;
    }
    return false;
  }

  /** False when this way leads nowhere. */
  #follow(instruction: Exclude<Instruction, { op: 'found' }>): boolean {
    switch (instruction.op) {
      case 'take':
        return this.#take(instruction.set, instruction.direction);
      case 'run':
        return this.#run(instruction);
      case 'edge':
        return this.#isEdge(instruction.set, instruction.direction);
      case 'word edge':
        return this.#isWordEdge(instruction.set) !== instruction.isNegative;
      case 'reference':
        return this.#takeAgain(instruction.captures, instruction.flags, instruction.direction);
      case 'split':
        this.#stack.push(instruction.other, this.#at, NONE);
        return true;
      case 'jump':
        this.#here = instruction.to;
        return true;
      case 'mark':
        this.#store(instruction.register, this.#at);
        return true;
      case 'begin':
        this.#store(instruction.loop.count, 0);
        return true;
      case 'loop':
        this.#turn(instruction.loop);
        return true;
      case 'enter':
        this.#enter(instruction.loop);
        return true;
      case 'again':
        this.#here = instruction.loop.start;
        return !this.#isIdle(instruction.loop);
      case 'look':
        return this.#look(instruction.exit) !== instruction.isNegative;
    }
  }

  #goBack(bottom: number): boolean {
    while (this.#stack.length > bottom) {
      const rest = this.#stack.pop()!;
      const value = this.#stack.pop()!;
      const target = this.#stack.pop()!;
      if (target < 0) {
        this.#registers[-1 - target] = value;
        continue;
      }
      this.#here = target;
      this.#at = value;
      if (rest === NONE || this.#resume(target, rest)) return true;
    }
    return false;
  }

  #store(register: number, value: number): void {
    this.#stack.push(-1 - register, this.#registers[register]!, NONE);
    this.#registers[register] = value;
  }

  #take(set: CharacterSet, direction: Direction): boolean {
    const code = this.#text[direction === 1 ? this.#at : this.#at - 1];
    if (code === undefined || !set.has(code)) return false;
    this.#at += direction;
    return true;
  }

  #run({ set, repeat, direction }: CharacterRun): boolean {
    const { min, max, isLazy } = repeat;
    const goal = isLazy ? min : max;
    let taken = 0;
    while (taken < goal && this.#take(set, direction)) taken++;
    this.#steps += taken;
    if (taken < min) return false;
    const rest = isLazy ? max - min : taken - min;
    if (rest > 0) this.#stack.push(this.#here - 1, this.#at, rest);
    return true;
  }

  /** One character less than the last time, or one more. */
  #resume(target: number, rest: number): boolean {
    const { set, repeat, direction } = this.#instructions[target] as CharacterRun;
    if (!repeat.isLazy) this.#at -= direction;
    else if (!this.#take(set, direction)) return false;
    if (rest > 1) this.#stack.push(target, this.#at, rest - 1);
    this.#here++;
    return true;
  }

  #isEdge(set: CharacterSet | null, direction: Direction): boolean {
    const code = this.#text[direction === 1 ? this.#at : this.#at - 1];
    return code === undefined || (set !== null && set.has(code));
  }

  #isWordEdge(set: CharacterSet): boolean {
    const before = this.#text[this.#at - 1];
    const behind = this.#text[this.#at];
    return (before !== undefined && set.has(before)) !== (behind !== undefined && set.has(behind));
  }

  #takeAgain(captures: readonly number[], flags: string, direction: Direction): boolean {
    const capture = captures.find(
      (number) => this.#registers[beginOf(number)] !== NONE && this.#registers[endOf(number)] !== NONE,
    );
    if (capture === undefined) return true;
    const begin = this.#registers[beginOf(capture)]!;
    const length = this.#registers[endOf(capture)]! - begin;
    const from = direction === 1 ? this.#at : this.#at - length;
    if (from < 0 || from + length > this.#text.length) return false;
    for (let index = 0; index < length; index++) {
      this.#steps++;
      if (!isSameCharacter(this.#text[begin + index]!, this.#text[from + index]!, flags)) return false;
    }
    this.#at += length * direction;
    return true;
  }

  #turn({ repeat, count, exit }: Loop): void {
    const turns = this.#registers[count]!;
    if (turns < repeat.min) return;
    if (turns >= repeat.max) {
      this.#here = exit;
    } else if (repeat.isLazy) {
      this.#stack.push(this.#here, this.#at, NONE);
      this.#here = exit;
    } else {
      this.#stack.push(exit, this.#at, NONE);
    }
  }

  #enter({ count, enteredAt, firstCapture, endOfCaptures }: Loop): void {
    this.#store(count, this.#registers[count]! + 1);
    this.#store(enteredAt, this.#at);
    this.#steps += endOfCaptures - firstCapture;
    for (let register = firstCapture; register < endOfCaptures; register++) this.#store(register, NONE);
  }

  /** Whether a turn that need not have been took nothing. */
  #isIdle({ repeat, count, enteredAt }: Loop): boolean {
    return this.#registers[count]! > repeat.min && this.#registers[enteredAt] === this.#at;
  }

  /** Whether what is looked for stands here. Once found it is not looked for in another way. */
  #look(exit: number): boolean {
    const at = this.#at;
    const bottom = this.#stack.length;
    const isFound = this.#matches(this.#here, at);
    if (isFound) this.#keepUndos(bottom);
    this.#here = exit;
    this.#at = at;
    return isFound;
  }

  /** Takes the ways to go back from the stack, and leaves what undoes the registers. */
  #keepUndos(bottom: number): void {
    let top = bottom;
    for (let entry = bottom; entry < this.#stack.length; entry += 3) {
      if (this.#stack[entry]! >= 0) continue;
      this.#stack.copyWithin(top, entry, entry + 3);
      top += 3;
    }
    this.#stack.length = top;
  }
}
