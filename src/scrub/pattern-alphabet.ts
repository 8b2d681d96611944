import { CharacterSets } from './pattern-characters.ts';
import type { CharacterSet } from './pattern-characters.ts';
import type { Atom, Boundary, Sequence } from './pattern-shape.ts';

/** Characters that stand for their kind, the plainest first: where two will do, the first is taken. */
const PLAIN: readonly string[] = [
  ...new Set([
    ...'a0A -._@',
    ...Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index)),
    ...'\t\n\r\u00a0éÉßя中\u2028😀\u0002',
  ]),
];
/** What an atom says of characters: itself, an escape, or what is not ASCII in a class. */
const NAMED =
  /\\u\{([0-9A-Fa-f]+)\}|\\u([0-9A-Fa-f]{4})|\\x([0-9A-Fa-f]{2})|\\c([A-Za-z])|\\([fv0])|([^\0-\x7f])/gu;
const MAX_NAMED = 64;
/** Sets beyond these are left out where it is asked which of them have a character in common. */
const MAX_COMPARED = 64;
/** Where a script is looked for of which no character is known: few are narrower than this. */
const SCRIPT_STEP = 8;
const MAX_SEARCHES = 16;
const LAST_CODE = 0x1_ff_ff;

/** Which character is taken by which atoms of an expression. */
export class Alphabet {
  readonly #sets = new CharacterSets();
  /** Of what is repeated, and of boundaries: the sets that make one pump different from another. */
  readonly #telling: readonly CharacterSet[];
  readonly #characters: readonly string[];
  readonly #signatures = new Map<string, string>();
  readonly #kinds = new Map<string, string>();
  readonly #known = new Map<CharacterSet, readonly string[]>();
  #searches = 0;

  /** @param repeated what of it is repeated */
  constructor(options: readonly Sequence[], repeated: Sequence) {
    const named = new Set<string>();
    const boundaries: CharacterSet[] = [];
    for (const { kind, source, flags } of partsOf(options)) {
      if (kind === 'boundary') {
        if (source.startsWith('\\')) boundaries.push(this.#sets.of('\\w', flags));
        continue;
      }
      this.#sets.of(source, flags);
      if (named.size < MAX_NAMED) for (const character of charactersNamedIn(source)) named.add(character);
    }
    // Without the flags `u` and `v` a character beyond is two.
    const isOne = [...partsOf(options)].some(({ flags }) => /[uv]/.test(flags));
    this.#characters = [...new Set([...PLAIN, ...named])].filter(({ length }) => isOne || length === 1);
    const atoms = [...partsOf([repeated])].filter(({ kind }) => kind === 'atom');
    const sets = atoms.map(({ source, flags }) => this.#sets.of(source, flags));
    this.#telling = [...new Set([...boundaries, ...sets])].slice(0, MAX_COMPARED);
    const compared = this.#sets.all.slice(0, MAX_COMPARED);
    for (const character of this.#characters) this.#signatures.set(character, bits(compared, character));
  }

  takes({ source, flags }: Atom, character: string): boolean {
    return takes(this.#sets.of(source, flags), character);
  }

  /** The plainest character that the atom takes; none when none is known. */
  plainest(atom: Atom): string {
    const characters = this.charactersOf(atom);
    return characters.reduce(
      (best, next) => (this.#rank(next) < this.#rank(best) ? next : best),
      characters[0] ?? '',
    );
  }

  /** One character that the atom takes for each set of atoms that have it in common, those of the largest sets foremost. */
  charactersOf({ source, flags }: Atom): readonly string[] {
    const set = this.#sets.of(source, flags);
    const known = this.#known.get(set) ?? this.#find(set);
    this.#known.set(set, known);
    return known;
  }

  /** Characters at which the expression stops, taken by as few atoms as possible: one of words, and one of none. */
  strangers(): readonly string[] {
    const fewest = (characters: readonly string[]): string =>
      characters.reduce((best, next) => (this.#count(next) < this.#count(best) ? next : best));
    const fromTheEnd = this.#characters.toReversed();
    return [
      fewest(fromTheEnd.filter((character) => !/\w/.test(character))),
      fewest(fromTheEnd.filter((character) => /\w/.test(character))),
    ];
  }

  /** The same for texts that what is repeated cannot tell from each other; of one character the same however many there are. */
  kindOf(text: string): string {
    const kinds = [...text].map((character) => this.#kindOf(character));
    return new Set(kinds).size === 1 ? kinds[0]! : kinds.join();
  }

  /** The same characters, one of each kind first. */
  varied(characters: readonly string[]): readonly string[] {
    const kinds = new Set<string>();
    const isNew = (kind: string): boolean => kinds.size < kinds.add(kind).size;
    const firsts = new Set(characters.filter((character) => isNew(this.kindOf(character))));
    return [...new Set([...firsts, ...characters])];
  }

  #kindOf(character: string): string {
    const kind = this.#kinds.get(character) ?? bits(this.#telling, character);
    this.#kinds.set(character, kind);
    return kind;
  }

  #find(set: CharacterSet): readonly string[] {
    const bySignature = new Map<string, string>();
    for (const character of this.#characters) {
      const signature = this.#signatures.get(character)!;
      if (!bySignature.has(signature) && takes(set, character)) bySignature.set(signature, character);
    }
    if (bySignature.size > 0)
      return this.varied([...bySignature.values()].toSorted((a, b) => this.#count(b) - this.#count(a)));
    if (this.#searches++ >= MAX_SEARCHES) return [];
    const found = set.firstOf(codesOfScripts());
    return found === null ? [] : [found];
  }

  #rank(character: string): number {
    return this.#characters.indexOf(character);
  }

  #count(character: string): number {
    return this.#signatures.get(character)?.replaceAll('0', '').length ?? 1;
  }
}

function* codesOfScripts(): Generator<number> {
  for (let code = 0; code <= LAST_CODE; code += SCRIPT_STEP) yield code;
}

function bits(sets: readonly CharacterSet[], character: string): string {
  return sets.map((set) => (takes(set, character) ? '1' : '0')).join('');
}

function takes(set: CharacterSet, character: string): boolean {
  return set.has(character.codePointAt(0)!);
}

/** What takes characters or looks at them, in groups and in what looks around too. */
function* partsOf(options: readonly Sequence[]): Generator<Atom | Boundary> {
  for (const shape of options.flat()) {
    if (shape.kind === 'atom' || shape.kind === 'boundary') yield shape;
    else if (shape.kind !== 'reference') yield* partsOf(shape.options);
  }
}

function charactersNamedIn(source: string): string[] {
  if (source.length === 1) return [source];
  return [...source.matchAll(NAMED)].map(([, long, short, byte, control, sign, itself]) => {
    if (itself !== undefined) return itself;
    if (control !== undefined) return String.fromCodePoint(control.charCodeAt(0) % 32);
    if (sign !== undefined) return { f: '\f', v: '\v' }[sign] ?? '\0';
    return String.fromCodePoint(Number.parseInt(long ?? short ?? byte ?? '', 16));
  });
}
