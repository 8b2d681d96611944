const ASCII_COUNT = 128;

/** The characters that one part of an expression takes, asked of the engine once for each. */
export class CharacterSet {
  readonly #expression: RegExp;
  readonly #ascii: (boolean | undefined)[] = Array.from({ length: ASCII_COUNT });
  readonly #others = new Map<number, boolean>();

  /**
   * @param source a character, a class or an escape
   * @param flags those of `i`, `s`, `u` and `v` that hold for it; others make no difference
   */
  constructor(source: string, flags: string) {
    this.#expression = new RegExp(`^(?:${source})$`, flags.replace(/[^isuv]/g, ''));
  }

  /** @param code a code point, or one of UTF-16's halves */
  has(code: number): boolean {
    if (code < ASCII_COUNT) return (this.#ascii[code] ??= this.#ask(code));
    const known = this.#others.get(code) ?? this.#ask(code);
    this.#others.set(code, known);
    return known;
  }

  /** The first character of these that is in the set, if one is; none of them is remembered. */
  firstOf(codes: Iterable<number>): string | null {
    for (const code of codes) if (this.#ask(code)) return String.fromCodePoint(code);
    return null;
  }

  #ask(code: number): boolean {
    return this.#expression.test(String.fromCodePoint(code));
  }
}

/** The sets of one expression: one for all of its parts that say the same. */
export class CharacterSets {
  readonly #sets = new Map<string, CharacterSet>();

  of(source: string, flags: string): CharacterSet {
    const key = `${flags}/${source}`;
    const set = this.#sets.get(key) ?? new CharacterSet(source, flags);
    this.#sets.set(key, set);
    return set;
  }

  /** Those that were asked for until now. */
  get all(): readonly CharacterSet[] {
    return [...this.#sets.values()];
  }
}

/** Whether a reference takes a character for another one: equal, or with the flag `i` but for their case. */
export function isSameCharacter(first: number, second: number, flags: string): boolean {
  if (first === second) return true;
  return flags.includes('i') && withoutCase(first, flags) === withoutCase(second, flags);
}

/** By ECMA-262, 22.2.2.7.3: without `u` and `v`, what has no single capital or one in ASCII (`ß`, `ſ`) has no other case. */
function withoutCase(code: number, flags: string): string {
  const character = String.fromCodePoint(code);
  const upper = character.toUpperCase();
  if (/[uv]/.test(flags)) return ([...upper].length === 1 ? upper : character).toLowerCase();
  return upper.length !== 1 || (code >= ASCII_COUNT && upper < '\x80') ? character : upper;
}
