import { CharacterSet } from './pattern-characters.ts';
import type { Atom, Repeat, Sequence, Shape } from './pattern-shape.ts';

/** A text on which an expression may have to go back: `pump` as often as fits between the two others. */
export interface PatternAttack {
  readonly prefix: string;
  readonly pump: string;
  readonly suffix: string;
}

const MAX_SINGLE_PUMPS = 16;
const MAX_PAIRED = 5;
const MAX_LONG_PUMPS = 24;
const MAX_PREFIXES = 5;
/** A longer pump stands too seldom in the text to show anything. */
const MAX_PUMP_LENGTH = 48;
const MAX_SAMPLES = 6;
/** Repetition from which an atom counts as one that can take a stretch of text. */
const MANY = 8;

/** Characters that stand for their kind, the plainest first: where two will do, the first is taken. */
const ALPHABET: readonly string[] = [
  ...'a0A -._@',
  ...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)),
  ...'\t\n\r\u00a0éÉßя中\u2028😀\u0002',
];

/**
 * Texts that make this expression go back if anything does: made of characters that its own atoms match, one for each
 * set of atoms that can match the same character (nested and neighbouring quantifiers that overlap have one in common),
 * of texts that its groups match, and of what has to stand before a quantifier; ended by what it does not match.
 */
export function attacksOn({ source }: RegExp, options: readonly Sequence[]): PatternAttack[] {
  const atoms = new AtomTable(source, options);
  const samples = new Sampler(atoms);
  const singles = atoms.representatives().slice(0, MAX_SINGLE_PUMPS);
  const paired = singles.slice(0, MAX_PAIRED);
  const walked = walkRepeats(options, samples);
  const longer = [
    ...paired.flatMap((first) => paired.filter((second) => second !== first).map((second) => first + second)),
    singles.join(''),
  ];
  const pumps = new Set([
    ...singles,
    ...[...walked.texts, ...longer]
      .filter(({ length }) => length <= MAX_PUMP_LENGTH)
      .slice(0, MAX_LONG_PUMPS),
    ...(walked.hasReference ? squareFree(singles) : []),
  ]);
  const end = atoms.mismatch();
  const attacks: PatternAttack[] = [];
  for (const pump of pumps) {
    if (pump === '') continue;
    attacks.push({ prefix: '', pump, suffix: '' });
    for (const prefix of ['', ...[...walked.prefixes].slice(0, MAX_PREFIXES)])
      attacks.push({ prefix, pump, suffix: end });
  }
  return attacks;
}

/** Which character is matched by which atoms of the expression. */
class AtomTable {
  readonly #sets = new Map<string, CharacterSet>();
  readonly #repeated = new Set<CharacterSet>();
  readonly #alphabet: readonly string[];
  readonly #signatures = new Map<string, string>();

  constructor(source: string, options: readonly Sequence[]) {
    this.#alphabet = [...new Set([...ALPHABET, ...source.replace(/[\0-\x7f]/g, '')])];
    this.#visit(options, false);
    for (const character of this.#alphabet) this.#signatures.set(character, this.#sign(character));
  }

  /** A character that the atom matches, the plainest. */
  sample(atom: Atom): string {
    const set = this.#setOf(atom);
    return this.#alphabet.find((character) => set.has(character.codePointAt(0)!)) ?? '';
  }

  /** One character for each set of repeated atoms that match it, those of the largest sets first. */
  representatives(): string[] {
    const bySet = new Map<string, string>();
    for (const [character, signature] of this.#signatures)
      if (signature.includes('1') && !bySet.has(signature)) bySet.set(signature, character);
    const size = (signature: string): number => signature.replaceAll('0', '').length;
    return [...bySet].toSorted(([a], [b]) => size(b) - size(a)).map(([, character]) => character);
  }

  /** A character at which the expression stops: matched by no atom, or by as few as possible. */
  mismatch(): string {
    const sets = [...this.#sets.values()];
    const count = (character: string): number =>
      sets.filter((set) => set.has(character.codePointAt(0)!)).length;
    return this.#alphabet.toReversed().reduce((best, next) => (count(next) < count(best) ? next : best));
  }

  #visit(sequences: readonly Sequence[], isRepeated: boolean): void {
    for (const shape of sequences.flat()) {
      const repeats = isRepeated || shape.kind === 'look' || ('repeat' in shape && isVariable(shape.repeat));
      if (shape.kind === 'group' || shape.kind === 'look') {
        this.#visit(shape.options, repeats);
      } else if (shape.kind === 'atom') {
        const set = this.#setOf(shape);
        if (repeats) this.#repeated.add(set);
      }
    }
  }

  #setOf({ source, flags }: Atom): CharacterSet {
    const key = `${flags}/${source}`;
    const set = this.#sets.get(key) ?? new CharacterSet(source, flags);
    this.#sets.set(key, set);
    return set;
  }

  #sign(character: string): string {
    return [...this.#repeated].map((set) => (set.has(character.codePointAt(0)!) ? '1' : '0')).join('');
  }
}

/** Texts that shapes match. */
class Sampler {
  readonly #atoms: AtomTable;

  constructor(atoms: AtomTable) {
    this.#atoms = atoms;
  }

  /** The plainest text of a sequence; with `isFull`, of each of its parts at least one. */
  of(sequence: Sequence, isFull: boolean): string {
    return sequence
      .map((shape) => this.#once(shape, isFull))
      .join('')
      .slice(0, 2 * MAX_PUMP_LENGTH);
  }

  /** Some texts of a group: of each option with all its parts, and with those only that it needs. */
  ofOptions(options: readonly Sequence[]): string[] {
    const each = options
      .slice(0, MAX_SAMPLES)
      .flatMap((option) => [this.of(option, true), this.of(option, false)]);
    return [...each, each.filter((_, index) => index % 2 === 0).join('')];
  }

  #once(shape: Shape, isFull: boolean): string {
    if (shape.kind === 'reference' || shape.kind === 'boundary') return '';
    if (shape.kind === 'look') {
      const stands = shape.isBehind && !shape.isNegative;
      return stands ? this.of(shape.options[0] ?? [], isFull) : '';
    }
    const count = Math.min(Math.max(shape.repeat.min, isFull ? 1 : 0), MAX_PUMP_LENGTH);
    if (count === 0) return '';
    const text = shape.kind === 'atom' ? this.#atoms.sample(shape) : this.of(shape.options[0] ?? [], isFull);
    return text.repeat(count);
  }
}

/** What stands before each quantifier, and the texts of what it repeats. */
function walkRepeats(
  options: readonly Sequence[],
  samples: Sampler,
): {
  readonly prefixes: ReadonlySet<string>;
  readonly texts: readonly string[];
  readonly hasReference: boolean;
} {
  const prefixes = new Set<string>();
  const texts: string[] = [];
  let hasReference = false;
  const visit = (sequences: readonly Sequence[], before: string): void => {
    for (const sequence of sequences) {
      for (const [index, shape] of sequence.entries()) {
        const prefix = (before + samples.of(sequence.slice(0, index), true)).slice(0, 4 * MAX_PUMP_LENGTH);
        if (shape.kind === 'reference') hasReference = true;
        if (shape.kind === 'look' || ('repeat' in shape && isVariable(shape.repeat))) {
          if (prefix !== '') {
            prefixes.add(prefix);
            texts.push(prefix, prefix + samples.of([shape], true));
          }
          if (shape.kind === 'group') texts.push(...samples.ofOptions(shape.options));
        }
        if (shape.kind === 'group' || shape.kind === 'look') visit(shape.options, prefix);
      }
    }
  };
  visit(options, '');
  return { prefixes, texts, hasReference };
}

function isVariable({ min, max }: Repeat): boolean {
  return min !== max || max >= MANY;
}

/**
 * A text in which nothing stands twice in a row, in letters that the expression repeats: a reference to what a group
 * took never succeeds on it. By Thue's morphism a → abc, b → ac, c → b.
 */
function squareFree(singles: readonly string[]): string[] {
  if (singles.length === 0) return [];
  let word = 'a';
  while (word.length < 600)
    word = word.replace(/[abc]/g, (letter) => ({ a: 'abc', b: 'ac', c: 'b' })[letter] ?? '');
  const digits = word.replace(/[abc]/g, (letter) => String('abc'.indexOf(letter)));
  return [word, digits];
}
