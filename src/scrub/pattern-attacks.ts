import { Alphabet } from './pattern-alphabet.ts';
import { PatternSampler } from './pattern-sampler.ts';
import type { Choice } from './pattern-sampler.ts';
import type { Repeat, Sequence, Shape } from './pattern-shape.ts';

/** A text on which an expression may have to go back: `pump` as often as fits between the two others. */
export interface PatternAttack {
  readonly prefix: string;
  readonly pump: string;
  readonly suffix: string;
  /** The same for pumps that what is repeated in the expression cannot tell from each other. */
  readonly kind: string;
}

/** Where an expression goes back: what it repeats there, and what leads to it. */
interface Spot {
  readonly shape: Shape;
  /** The sequences in which it stands, from the outermost on, and where in each of them. */
  readonly path: readonly (readonly [Sequence, number])[];
}

/** Of one expression, beside the texts for its references. */
const MAX_ATTACKS = 400;
/** Texts that are tried for each spot: two by rule, the others by chance. */
const CHOICES: readonly Choice[] = ['least', 'shared', 'any', 'any', 'any', 'any', 'any', 'any'];
const MAX_SPOTS = 64;
/** Characters that are repeated at one spot, of all spots, and of all spots in pairs. */
const MAX_SINGLES = 6;
const MAX_ALONE = 16;
const MAX_PAIRED = 5;
/** Options of a group that are tried in a row. */
const MAX_OPTIONS = 6;
/** Of a longer one too few fit into the text of a pattern to make it slow. */
const MAX_PUMP_LENGTH = 512;
/** As long as the longest text of the proof: it stands there once. */
const SQUARE_FREE_LENGTH = 2_048;
/** Repetition from which an atom counts as one that can take a stretch of text. */
const MANY = 8;

/**
 * Texts that make this expression go back if anything does. For each quantifier, and for what looks around: a text that
 * leads there, then what is repeated again and again, in characters that as many parts as possible have in common (nested
 * and neighbouring quantifiers that overlap share them), ended by what does not match.
 */
export function attacksOn(options: readonly Sequence[]): readonly PatternAttack[] {
  const spots = [...spotsIn(options, [])];
  if (spots.length === 0) return [];
  const maker = new AttackMaker(options, spots);
  const evenly = spots.filter((_, index) => (index * MAX_SPOTS) % spots.length < MAX_SPOTS);
  maker.repeatAlone(spots);
  for (const choice of CHOICES) for (const spot of evenly) maker.leadTo(spot, choice);
  return maker.attacks;
}

class AttackMaker {
  readonly #alphabet: Alphabet;
  readonly #sampler: PatternSampler;
  readonly #strangers: readonly string[];
  readonly #attacks: PatternAttack[] = [];
  readonly #known = new Set<string>();

  constructor(options: readonly Sequence[], spots: readonly Spot[]) {
    const repeated = spots.map(({ shape }) => shape);
    this.#alphabet = new Alphabet(options, repeated);
    this.#sampler = new PatternSampler(this.#alphabet);
    this.#strangers = this.#alphabet.strangers();
  }

  get attacks(): readonly PatternAttack[] {
    return this.#attacks;
  }

  /** Characters that stand at any spot, alone and in pairs, with nothing before them. */
  repeatAlone(spots: readonly Spot[]): void {
    const each = spots.flatMap(({ shape }) => this.#singlesOf(shape));
    const singles = this.#alphabet.varied(each).slice(0, MAX_ALONE);
    const paired = singles.slice(0, MAX_PAIRED);
    const pairs = paired.flatMap((first, index) => paired.slice(index + 1).map((second) => first + second));
    const hasReference = spots.some(({ shape }) => shape.kind === 'reference');
    for (const pump of [...singles, ...pairs, singles.join('')]) {
      this.#add('', pump, '');
      this.#add('', pump, this.#strangers[0]!);
    }
    if (!hasReference) return;
    for (const pump of squareFree()) this.#attacks.push({ prefix: '', pump, suffix: '', kind: pump });
  }

  /** What stands at a spot, behind what leads to it. */
  leadTo({ shape, path }: Spot, choice: Choice): void {
    this.#sampler.begin(choice);
    const prefix = this.#sampler.of(...path.map(([sequence, index]) => sequence.slice(0, index)));
    const once = this.#sampler.once(shape);
    const rest = this.#sampler.of(...path.map(([sequence, index]) => sequence.slice(index + 1)).toReversed());
    const [sequence, index] = path.at(-1)!;
    const before = sequence.slice(0, index).findLastIndex(isSpot);
    const between = this.#sampler.of(sequence.slice(before + 1, index));
    for (const pump of new Set([
      once,
      this.#allOf(shape),
      ...(choice === 'least' ? this.#singlesOf(shape) : []),
    ])) {
      for (const suffix of this.#strangers) this.#add(prefix, pump, suffix);
      this.#add(prefix, pump, '');
      this.#add(prefix, pump, rest.slice(0, -1) + this.#strangers[0]!);
      this.#add('', pump, rest);
      // Once less than it needs: of more it would match, and not go back.
      const less = 'repeat' in shape ? Math.min(shape.repeat.min, MAX_PUMP_LENGTH) - 1 : 0;
      if (less > 0) this.#add('', prefix + pump.repeat(less) + this.#strangers[0]!, '');
      // A boundary needs something before it that it is a boundary to.
      if (choice !== 'any')
        for (const edge of this.#strangers) this.#add(edge + prefix, pump, this.#strangers[0]!);
    }
    this.#add('', prefix + once, this.#strangers[0]!);
    this.#add('', prefix, this.#strangers[0]!);
    this.#add(prefix, between + once, this.#strangers[0]!);
    this.#add(prefix, between, this.#strangers[0]!);
  }

  #add(prefix: string, pump: string, suffix: string): void {
    if (pump === '' || pump.length > MAX_PUMP_LENGTH || this.#attacks.length >= MAX_ATTACKS) return;
    const key = JSON.stringify([prefix, pump, suffix]);
    if (this.#known.has(key)) return;
    this.#known.add(key);
    this.#attacks.push({ prefix, pump, suffix, kind: this.#alphabet.kindOf(pump) });
  }

  /** What each option of a group matches, in a row. */
  #allOf(shape: Shape): string {
    return shape.kind === 'group' ? this.#sampler.of(...shape.options.slice(0, MAX_OPTIONS)) : '';
  }

  #singlesOf(shape: Shape): readonly string[] {
    if (shape.kind === 'atom') return this.#alphabet.charactersOf(shape).slice(0, MAX_SINGLES);
    if (shape.kind !== 'group' && shape.kind !== 'look') return [];
    return shape.options
      .flat()
      .flatMap((part) => this.#singlesOf(part))
      .slice(0, MAX_SINGLES);
  }
}

function* spotsIn(options: readonly Sequence[], around: Spot['path']): Generator<Spot> {
  for (const sequence of options) {
    for (const [index, shape] of sequence.entries()) {
      const path = [...around, [sequence, index] as const];
      if (isSpot(shape)) yield { shape, path };
      if (shape.kind === 'group' || shape.kind === 'look') yield* spotsIn(shape.options, path);
    }
  }
}

function isSpot(shape: Shape): boolean {
  if (shape.kind === 'boundary') return false;
  return shape.kind === 'look' || shape.kind === 'reference' || isVariable(shape.repeat);
}

function isVariable({ min, max }: Repeat): boolean {
  return min !== max || max >= MANY;
}

/**
 * Texts in which nothing stands twice in a row: a reference to what a group took never succeeds on them. By Thue's
 * morphism a → abc, b → ac, c → b.
 */
function squareFree(): string[] {
  let word = 'a';
  while (word.length < SQUARE_FREE_LENGTH)
    word = word.replace(/[abc]/g, (letter) => ({ a: 'abc', b: 'ac', c: 'b' })[letter] ?? '');
  const letters = word.slice(0, SQUARE_FREE_LENGTH);
  const digits = letters.replace(/[abc]/g, (letter) => String('abc'.indexOf(letter)));
  return [letters, digits, letters.toUpperCase()];
}
