/** What an expression is made of, as far as it decides where its engine may go back: not what each atom matches. */
export type Shape =
  | { readonly kind: 'atom'; readonly source: string; readonly repeat: Repeat }
  | { readonly kind: 'group'; readonly options: readonly Sequence[]; readonly repeat: Repeat }
  /** Looks around without taking anything; `isBefore` is a positive look-behind, whose text has to stand there. */
  | { readonly kind: 'look'; readonly options: readonly Sequence[]; readonly isBefore: boolean }
  | { readonly kind: 'reference'; readonly repeat: Repeat };

/** Shapes one after the other. */
export type Sequence = readonly Shape[];

/** How often a shape may stand there. */
export interface Repeat {
  readonly min: number;
  readonly max: number;
}

const ONCE: Repeat = { min: 1, max: 1 };
const QUANTIFIER = /(?:([*+?])|\{(\d+)(,(\d*))?\})\??/y;
const GROUP_START = /\((?:\?(?:<([=!])|([=!])|<[^>]*>|[a-z]*(?:-[a-z]*)?:))?/y;
const ESCAPE =
  /\\(?:k<[^>]*>|[1-9]\d*|[pPqk]\{[^}]*\}|u\{[0-9A-Fa-f]+\}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|c[A-Za-z]|[^])/y;
const REFERENCE = /^\\(?:k<|[1-9])/;

/** The options of an expression that the engine accepted. */
export function parsePattern(expression: RegExp): readonly Sequence[] {
  return new PatternReader(expression).readOptions();
}

/** Fewest characters that a match takes; a reference to what a group took counts as none. */
export function minLength(options: readonly Sequence[]): number {
  return Math.min(...options.map((sequence) => sequence.reduce((sum, shape) => sum + minOf(shape), 0)));
}

function minOf(shape: Shape): number {
  switch (shape.kind) {
    case 'atom':
      return shape.repeat.min;
    case 'group':
      return shape.repeat.min * minLength(shape.options);
    default:
      return 0;
  }
}

class PatternReader {
  readonly #source: string;
  readonly #readsCodePoints: boolean;
  readonly #nestsClasses: boolean;
  #at = 0;

  constructor({ source, unicode, unicodeSets }: RegExp) {
    this.#source = source;
    this.#readsCodePoints = unicode || unicodeSets;
    this.#nestsClasses = unicodeSets;
  }

  readOptions(): Sequence[] {
    const options: Shape[][] = [[]];
    while (this.#at < this.#source.length && this.#source[this.#at] !== ')') {
      if (this.#source[this.#at] === '|') {
        this.#at++;
        options.push([]);
        continue;
      }
      const shape = this.#readTerm();
      if (shape !== null) options.at(-1)!.push(shape);
    }
    return options;
  }

  /** Null for an assertion, which takes nothing and never goes back. */
  #readTerm(): Shape | null {
    const start = this.#at;
    switch (this.#source[start]) {
      case '^':
      case '$':
        this.#at++;
        return null;
      case '(':
        return this.#readGroup();
      case '[':
        this.#skipClass();
        break;
      case '\\':
        this.#take(ESCAPE);
        break;
      default:
        this.#at += this.#readsCodePoints && this.#source.codePointAt(start)! > 0xff_ff ? 2 : 1;
    }
    const source = this.#source.slice(start, this.#at);
    if (source === '\\b' || source === '\\B') return null;
    const repeat = this.#readRepeat();
    return REFERENCE.test(source) ? { kind: 'reference', repeat } : { kind: 'atom', source, repeat };
  }

  #readGroup(): Shape {
    const start = this.#take(GROUP_START);
    const options = this.readOptions();
    this.#at++;
    const repeat = this.#readRepeat();
    const [, behind, ahead] = start ?? [];
    if (behind === undefined && ahead === undefined) return { kind: 'group', options, repeat };
    return { kind: 'look', options, isBefore: behind === '=' };
  }

  #skipClass(): void {
    let depth = 0;
    do {
      const character = this.#source[this.#at];
      if (character === '\\') this.#at++;
      else if (character === '[' && (depth === 0 || this.#nestsClasses)) depth++;
      else if (character === ']') depth--;
      this.#at++;
    } while (depth > 0 && this.#at < this.#source.length);
  }

  #readRepeat(): Repeat {
    const match = this.#take(QUANTIFIER);
    if (match === null) return ONCE;
    const [, sign, count, comma, most] = match;
    if (sign !== undefined)
      return { min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Number.POSITIVE_INFINITY };
    const min = Number(count);
    if (comma === undefined) return { min, max: min };
    return { min, max: most === '' ? Number.POSITIVE_INFINITY : Number(most) };
  }

  #take(expression: RegExp): RegExpExecArray | null {
    const sticky = new RegExp(expression);
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#source);
    if (match !== null) this.#at = sticky.lastIndex;
    return match;
  }
}
