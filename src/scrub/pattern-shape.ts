/** What an expression is made of, as its engine reads it. */
export type Shape =
  | Atom
  | Boundary
  | {
      readonly kind: 'group';
      readonly options: readonly Sequence[];
      /** The number of what it captures; null for one that captures nothing. */
      readonly capture: number | null;
      readonly repeat: Repeat;
    }
  /** Looks around without taking anything. */
  | {
      readonly kind: 'look';
      readonly options: readonly Sequence[];
      readonly isBehind: boolean;
      readonly isNegative: boolean;
    }
  /** What a group took, once more. Several groups can have one name: one of them took something. */
  | {
      readonly kind: 'reference';
      readonly captures: readonly number[];
      readonly flags: string;
      readonly repeat: Repeat;
    };

/** Takes one character (or one of UTF-16's halves, without the flags `u` and `v`). */
export interface Atom {
  readonly kind: 'atom';
  readonly source: string;
  /** Those of `i`, `m`, `s`, `u` and `v` that hold where it stands. */
  readonly flags: string;
  readonly repeat: Repeat;
}

/** Takes nothing: `^`, `$`, `\b` or `\B`. */
export interface Boundary {
  readonly kind: 'boundary';
  readonly source: string;
  readonly flags: string;
}

/** Shapes one after the other. */
export type Sequence = readonly Shape[];

/** How often a shape may stand there. */
export interface Repeat {
  readonly min: number;
  readonly max: number;
  /** As few as possible come first. */
  readonly isLazy: boolean;
}

/** An expression, read. */
export interface PatternShape {
  readonly options: readonly Sequence[];
  /** How many groups capture. */
  readonly captureCount: number;
}

const ONCE: Repeat = { min: 1, max: 1, isLazy: false };
const QUANTIFIER = /(?:([*+?])|\{(\d+)(,(\d*))?\})(\??)/y;
const GROUP_START = /\((?:\?(?:<([=!])|([=!])|<([^>]*)>|([a-z]*)(?:-([a-z]*))?:))?/y;
const NAMED_REFERENCE = /\\k<([^>]*)>/y;
const NUMBERED_REFERENCE = /\\([1-9]\d*)/y;
const UNICODE_ESCAPE =
  /\\(?:u\{[0-9A-Fa-f]+\}|u[Dd][89ABab][0-9A-Fa-f]{2}\\u[Dd][C-Fc-f][0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|[pP]\{[^}]*\}|c[A-Za-z]|[^])/y;
/** Without the flags `u` and `v`, `\101` is an octal number and `\p` a p (ECMA-262, annex B.1.2). */
const LEGACY_ESCAPE =
  /\\(?:u[0-9A-Fa-f]{4}|x[0-9A-Fa-f]{2}|c[A-Za-z]|[0-3][0-7]{0,2}|[4-7][0-7]?|(?=c)|[^])/y;

/** Groups in groups: reading, compiling and running them calls itself for each. */
const MAX_DEPTH = 100;
/** V8 interprets what is longer than 20 KB instead of compiling it: ten times as slow. */
const MAX_LENGTH = 16_384;

/**
 * Reads an expression that the engine accepted.
 * @throws RangeError or SyntaxError for one that is longer or nests its groups deeper than what can be run
 */
export function parsePattern(expression: RegExp): PatternShape {
  return new PatternReader(expression).read();
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
  readonly #captureCount: number;
  readonly #named = new Map<string, number[]>();
  readonly #hasNames: boolean;
  #captures = 0;
  #depth = 0;
  #flags: string;
  #at = 0;

  constructor({ source, flags, unicode, unicodeSets }: RegExp) {
    if (source.length > MAX_LENGTH) throw new RangeError('The expression is too long.');
    this.#source = source;
    this.#readsCodePoints = unicode || unicodeSets;
    this.#nestsClasses = unicodeSets;
    this.#flags = flags.replace(/[^imsuv]/g, '');
    // An empty option matches the empty text, and the match says which groups there are. What is too large throws here.
    const match = new RegExp(`${source}|`, flags.replace(/[gy]/g, '')).exec('')!;
    this.#captureCount = match.length - 1;
    this.#hasNames = match.groups !== undefined;
  }

  read(): PatternShape {
    return { options: this.#readOptions(), captureCount: this.#captureCount };
  }

  #readOptions(): Sequence[] {
    const options: Shape[][] = [[]];
    while (this.#at < this.#source.length && this.#source[this.#at] !== ')') {
      if (this.#source[this.#at] === '|') {
        this.#at++;
        options.push([]);
      } else {
        options.at(-1)!.push(this.#readTerm());
      }
    }
    return options;
  }

  #readTerm(): Shape {
    const start = this.#at;
    switch (this.#source[start]) {
      case '^':
      case '$':
        this.#at++;
        return { kind: 'boundary', source: this.#source[start], flags: this.#flags };
      case '(':
        return this.#readGroup();
      case '[':
        this.#skipClass();
        return this.#atomFrom(start);
      case '\\':
        return this.#readEscape();
      default:
        this.#at += this.#readsCodePoints && this.#source.codePointAt(start)! > 0xff_ff ? 2 : 1;
        return this.#atomFrom(start);
    }
  }

  #readEscape(): Shape {
    const captures = this.#readReference();
    if (captures !== null) {
      return { kind: 'reference', captures, flags: this.#flags, repeat: this.#readRepeat() };
    }
    const start = this.#at;
    const [source = ''] = this.#take(this.#readsCodePoints ? UNICODE_ESCAPE : LEGACY_ESCAPE) ?? [];
    if (source === '\\b' || source === '\\B') return { kind: 'boundary', source, flags: this.#flags };
    // A `\c` without a letter is a backslash before a c.
    return this.#atomFrom(start, source === '\\' ? '\\\\' : source);
  }

  /** Which groups a reference names; null, with nothing read, when none stands here. */
  #readReference(): readonly number[] | null {
    const start = this.#at;
    const name = this.#hasNames ? this.#take(NAMED_REFERENCE)?.[1] : undefined;
    // Groups of that name may still follow.
    if (name !== undefined) return this.#groupsNamed(name);
    const number = Number(this.#take(NUMBERED_REFERENCE)?.[1] ?? Number.POSITIVE_INFINITY);
    if (number <= this.#captureCount) return [number];
    this.#at = start;
    return null;
  }

  #groupsNamed(name: string): number[] {
    const known = this.#named.get(name) ?? [];
    this.#named.set(name, known);
    return known;
  }

  #atomFrom(start: number, source: string = this.#source.slice(start, this.#at)): Atom {
    return { kind: 'atom', source, flags: this.#flags, repeat: this.#readRepeat() };
  }

  #readGroup(): Shape {
    const [start, behind, ahead, name, added = '', removed = ''] = this.#take(GROUP_START)!;
    if (++this.#depth > MAX_DEPTH) throw new RangeError('Groups are nested too deep.');
    const capture = start === '(' || name !== undefined ? ++this.#captures : null;
    if (capture !== null && name !== undefined) this.#groupsNamed(name).push(capture);
    const flagsAround = this.#flags;
    this.#flags = [...new Set(flagsAround + added)].filter((flag) => !removed.includes(flag)).join('');
    const options = this.#readOptions();
    this.#flags = flagsAround;
    this.#depth--;
    this.#at++;
    const repeat = this.#readRepeat();
    const look = behind ?? ahead;
    if (look === undefined) return { kind: 'group', options, capture, repeat };
    const shape: Shape = {
      kind: 'look',
      options,
      isBehind: behind !== undefined,
      isNegative: look === '!',
    };
    return repeat === ONCE ? shape : { kind: 'group', options: [[shape]], capture: null, repeat };
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
    const [, sign, count, comma, most, lazy] = match;
    const isLazy = lazy === '?';
    if (sign !== undefined)
      return { min: sign === '+' ? 1 : 0, max: sign === '?' ? 1 : Number.POSITIVE_INFINITY, isLazy };
    const min = Number(count);
    if (comma === undefined) return { min, max: min, isLazy };
    return { min, max: most === '' ? Number.POSITIVE_INFINITY : Number(most), isLazy };
  }

  #take(expression: RegExp): RegExpExecArray | null {
    const sticky = new RegExp(expression);
    sticky.lastIndex = this.#at;
    const match = sticky.exec(this.#source);
    if (match !== null) this.#at = sticky.lastIndex;
    return match;
  }
}
