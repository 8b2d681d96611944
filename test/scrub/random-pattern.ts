import type { SeededRandom } from './seeded-random.ts';

const ATOMS = [
  'a',
  'b',
  'c',
  '.',
  '\\w',
  '\\d',
  '\\s',
  '[ab]',
  '[^a]',
  '[a-c1]',
  '\\W',
  '1',
  ' ',
  'A',
  'é',
  '-',
  '\\n',
];
const QUANTIFIERS = ['*', '+', '?', '{2}', '{1,3}', '{2,}', '{0,2}', '{0}'];

/** An expression as nobody would write it: groups, references and looks around in and after each other. */
export function randomPattern(random: SeededRandom): RegExp | null {
  const flags = ['', 'i', 'm', 's', 'u', 'iu', 'v', 'ims'];
  let captures = 0;
  const quantifier = (): string =>
    random.below(3) > 0 ? '' : random.pick(QUANTIFIERS) + (random.below(4) === 0 ? '?' : '');
  const sequence = (depth: number): string =>
    Array.from({ length: random.below(4) + (depth === 0 ? 1 : 0) }, () => term(depth)).join('');
  const options = (depth: number): string =>
    Array.from({ length: random.below(4) === 0 ? 2 + random.below(2) : 1 }, () => sequence(depth)).join('|');
  const term = (depth: number): string => {
    const kind = random.below(depth >= 3 ? 7 : 12);
    if (kind < 6) return random.pick(ATOMS) + quantifier();
    if (kind === 6) return random.pick(['^', '$', '\\b', '\\B']);
    if (kind === 7 && captures > 0) return `\\${1 + random.below(captures)}${quantifier()}`;
    if (kind === 8) return `(?${random.pick(['=', '!', '<=', '<!'])}${options(depth + 1)})`;
    if (kind === 9) return `(?:${options(depth + 1)})${quantifier()}`;
    captures++;
    return `(${options(depth + 1)})${quantifier()}`;
  };
  try {
    return new RegExp(options(0), random.pick(flags));
  } catch {
    return null;
  }
}
