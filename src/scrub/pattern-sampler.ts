import type { Alphabet } from './pattern-alphabet.ts';
import type { Repeat, Sequence, Shape } from './pattern-shape.ts';

/** What is chosen where an expression leaves a choice. The texts are the same each time. */
export type Choice =
  /** What it needs, of the plainest characters. */
  | 'least'
  /** Of each part at least one, of the characters that most parts have in common. */
  | 'shared'
  /** Any option, any of the characters, some more than it needs. */
  | 'any';

/** Of a longer text the rest is left out. */
const MAX_LENGTH = 2_048;
const MAX_EXTRA = 3;

/** Texts that shapes match, or would match but for what stands around them. */
export class PatternSampler {
  readonly #alphabet: Alphabet;
  readonly #captured = new Map<number, string>();
  /** A text that was looked for ahead: what follows takes its characters while it can. */
  #ahead: readonly string[] = [];
  #seed = 1;
  #choice: Choice = 'least';

  constructor(alphabet: Alphabet) {
    this.#alphabet = alphabet;
  }

  /** Begins another text, of which all that is asked for from here on is a part. */
  begin(choice: Choice): void {
    this.#choice = choice;
    this.#captured.clear();
    this.#ahead = [];
  }

  /** What the sequences match one after the other. */
  of(...sequences: readonly Sequence[]): string {
    let text = '';
    for (const shape of sequences.flat()) {
      text += this.#repeat(shape);
      if (text.length >= MAX_LENGTH) break;
    }
    return text.slice(0, MAX_LENGTH);
  }

  /** What the shape matches once. */
  once(shape: Shape): string {
    switch (shape.kind) {
      case 'atom':
        return this.#characterOf(shape);
      case 'group': {
        const text = this.of(this.#optionOf(shape.options));
        if (shape.capture !== null) this.#captured.set(shape.capture, text);
        return text;
      }
      case 'reference':
        return shape.captures.map((capture) => this.#captured.get(capture)).find(Boolean) ?? '';
      case 'look':
        return this.#look(shape.options, shape.isBehind, shape.isNegative);
      case 'boundary':
        // Where lines begin in the midst of a text.
        return shape.flags.includes('m') && this.#isChosen() && '^$'.includes(shape.source) ? '\n' : '';
    }
  }

  #repeat(shape: Shape): string {
    const count = 'repeat' in shape ? this.#countOf(shape.repeat) : 1;
    let text = '';
    for (let turn = 0; (turn < count || this.#leads(shape, turn)) && text.length < MAX_LENGTH; turn++) {
      const once = this.once(shape);
      if (once === '') break;
      text += once;
    }
    return text;
  }

  /** Whether it can take what was looked for ahead. */
  #leads(shape: Shape, turns: number): boolean {
    const [next] = this.#ahead;
    if (shape.kind !== 'atom' || next === undefined || turns >= shape.repeat.max) return false;
    return this.#alphabet.takes(shape, next);
  }

  #countOf({ min, max }: Repeat): number {
    if (this.#choice === 'least') return min;
    if (this.#choice === 'shared') return Math.min(max, Math.max(1, min));
    return Math.min(max, min + this.#below(MAX_EXTRA));
  }

  #characterOf(atom: Extract<Shape, { kind: 'atom' }>): string {
    const [next, ...rest] = this.#ahead;
    const isTaken = next !== undefined && this.#alphabet.takes(atom, next);
    this.#ahead = isTaken ? rest : [];
    if (isTaken) return next;
    if (this.#choice === 'least') return this.#alphabet.plainest(atom);
    const characters = this.#alphabet.charactersOf(atom);
    return characters[this.#choice === 'any' ? this.#below(characters.length) : 0] ?? '';
  }

  #optionOf(options: readonly Sequence[]): Sequence {
    return options[this.#choice === 'any' ? this.#below(options.length) : 0] ?? [];
  }

  #look(options: readonly Sequence[], isBehind: boolean, isNegative: boolean): string {
    if (isNegative) return '';
    const text = this.of(this.#optionOf(options));
    if (isBehind) return text;
    this.#ahead = [...text];
    return '';
  }

  /** A number from 0 to below the limit. */
  #below(limit: number): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((this.#seed / 2 ** 32) * limit);
  }

  #isChosen(): boolean {
    return this.#choice === 'shared' || (this.#choice === 'any' && this.#below(2) === 0);
  }
}
