import { lengthOf, separatorAfter, standsAlone } from './digit-groups.ts';
import type { DigitGroups } from './digit-groups.ts';
import { isInIban } from './iban.ts';
import type { TextScan } from './text-scan.ts';

/** How cards are printed: digits of each group. */
const LAYOUTS: readonly (readonly number[])[] = [
  [4, 4, 4, 4, 3],
  [4, 4, 4, 4, 2],
  [4, 4, 4, 4, 1],
  [4, 4, 4, 4],
  [4, 6, 5],
  [4, 4, 4, 3],
  [4, 4, 4, 2],
  [4, 6, 4],
  [6, 13],
  [8, 8],
  [4, 4, 4, 1],
  [4, 3, 3, 3],
];
const SEPARATORS: readonly string[] = [' ', '-', '.', '+', ' - ', '  '];
const CARD_WORDS =
  /card|\bpan\b|maestro|debit|visa|karte|tarjeta|carte|cartão|carta di|カード|卡号|卡號|카드|карт/;
const CONTEXT = 40;
/** Longest rest of a magnetic stripe track behind the number. */
const MAX_TRACK_REST = 80;

/** Card numbers that begin with group `index`; the number of groups that one takes, or 0. */
export function findCard(scan: TextScan, groups: DigitGroups, index: number): number {
  const length = lengthOf(groups, index);
  if (length >= 12) return findRun(scan, groups, index, length) ? 1 : 0;
  if (length !== 4 && length !== 6 && length !== 8) return 0;
  const separator = separatorAfter(groups, index, 3);
  if (separator === null || !SEPARATORS.includes(separator)) return 0;
  for (const layout of LAYOUTS) {
    if (findLayout(scan, groups, index, separator, layout)) return layout.length;
  }
  return 0;
}

/** True for a number of the program that is a card number. */
export function isCardNumber(digits: string): boolean {
  return digits.length >= 14 && digits.length <= 19 && passesLuhn(digits) && networkOf(digits) === 'sure';
}

function findRun(scan: TextScan, groups: DigitGroups, index: number, length: number): boolean {
  const { text } = scan;
  const start = groups.starts[index]!;
  const end = groups.ends[index]!;
  if (length > 19) return false;
  const isTrack1 = text[start - 1] === 'B' && text[start - 2] === '%' && text[end] === '^';
  if (!isTrack1 && !hasKnownTail(text, start, end) && !standsAlone(text, start, end)) return false;
  if (!isCard(scan, text.slice(start, end), start)) return false;
  const isTrack2 = text[start - 1] === ';' && text[end] === '=';
  const trackEnd = isTrack1 || isTrack2 ? text.slice(end, end + MAX_TRACK_REST).indexOf('?') : -1;
  scan.add(start, trackEnd === -1 ? end : end + trackEnd, 'credit_card');
  return true;
}

function findLayout(
  scan: TextScan,
  groups: DigitGroups,
  index: number,
  separator: string,
  layout: readonly number[],
): boolean {
  if (!isLayout(scan, groups, index, separator, layout)) return false;
  const start = groups.starts[index]!;
  const end = groups.ends[index + layout.length - 1]!;
  if (isInRow(scan, groups, index, layout.length, separator) || isInIban(scan.text, start, end)) return false;
  scan.add(start, end, 'credit_card');
  return true;
}

function isLayout(
  scan: TextScan,
  groups: DigitGroups,
  index: number,
  separator: string,
  layout: readonly number[],
): boolean {
  for (let step = 0; step < layout.length; step++) {
    if (lengthOf(groups, index + step) !== layout[step]) return false;
  }
  let digits = '';
  for (let step = 0; step < layout.length; step++) {
    if (step > 0 && separatorAfter(groups, index + step - 1, 3) !== separator) return false;
    digits += scan.text.slice(groups.starts[index + step], groups.ends[index + step]);
  }
  const start = groups.starts[index]!;
  return (
    standsAlone(scan.text, start, groups.ends[index + layout.length - 1]!) && isCard(scan, digits, start)
  );
}

/**
 * True when more numbers stand beside the groups, as in a table, the path of a drawing or the number of a parcel. Another
 * card may stand there, and behind it what belongs to a card: `1227` and `123`.
 */
function isInRow(
  scan: TextScan,
  groups: DigitGroups,
  index: number,
  count: number,
  separator: string,
): boolean {
  const isRowGroup = (at: number): boolean =>
    lengthOf(groups, at) >= 3 && separatorAfter(groups, at - 1, 3) === separator;
  if (index > 0 && lengthOf(groups, index - 1) >= 3 && separatorAfter(groups, index - 1, 3) === separator)
    return scan.spans.at(-1)?.end !== groups.ends[index - 1];
  let next = index + count;
  if (!isRowGroup(next)) return false;
  if (LAYOUTS.some((layout) => isLayout(scan, groups, next, separator, layout))) return false;
  if (/^(?:0[1-9]|1[0-2])\d\d$/.test(scan.text.slice(groups.starts[next], groups.ends[next]))) next++;
  if (lengthOf(groups, next) === 3) next++;
  return isRowGroup(next);
}

/**
 * True when what stands right behind the digits is not part of the number: the `n` or `L` of a literal, the fraction of a
 * float (`4111111111111111.0`), or the rest of the second track as a chip gives it, expiry and service code behind a `D`.
 */
function hasKnownTail(text: string, start: number, end: number): boolean {
  const tail = /^(?:[nL]|\.00?)(?![\w.])|^D\d{7}/.exec(text.slice(end, end + 8));
  return (
    tail !== null &&
    standsAlone(text.slice(Math.max(0, start - 8), end), Math.min(start, 8), end - Math.max(0, start - 8))
  );
}

function isCard(scan: TextScan, digits: string, start: number): boolean {
  // Nine of ten numbers end here, and it costs less than a look at the networks.
  if (!passesLuhn(digits)) return false;
  const network = networkOf(digits);
  if (network === 'none') return false;
  if (network === 'sure' || (network === 'unless_other' && !isGtin(digits) && !/^4[39]/.test(digits)))
    return true;
  return scan.hint === 'credit_card' || CARD_WORDS.test(scan.before(start, CONTEXT));
}

/** True for the number of an article: its last digit is a check digit by other weights. */
function isGtin(digits: string): boolean {
  if (digits.length > 14) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++)
    sum += (digits.charCodeAt(digits.length - 1 - i) - 48) * (i % 2 === 0 ? 1 : 3);
  return sum % 10 === 0;
}

function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = digits.charCodeAt(digits.length - 1 - i) - 48;
    if (i % 2 === 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
    sum += digit;
  }
  return sum % 10 === 0;
}

/**
 * First and last prefix, and the lengths that the network issues. `unlessOther` lengths do not count when the number may be
 * that of an article or a telephone in Austria or Germany; those and `doubtful` lengths count near a card word.
 */
const NETWORKS: readonly {
  readonly from: number;
  readonly to: number;
  readonly lengths: readonly number[];
  readonly unlessOther?: readonly number[];
  readonly doubtful?: readonly number[];
}[] = [
  { from: 4, to: 4, lengths: [16, 19], unlessOther: [13], doubtful: [18] },
  { from: 51, to: 55, lengths: [16] },
  { from: 2221, to: 2720, lengths: [16] },
  { from: 34, to: 34, lengths: [15] },
  { from: 37, to: 37, lengths: [15] },
  { from: 6011, to: 6011, lengths: [16, 19] },
  { from: 644, to: 649, lengths: [16, 19] },
  { from: 65, to: 65, lengths: [16, 19] },
  { from: 300, to: 305, lengths: [14, 16] },
  { from: 309, to: 309, lengths: [14, 16] },
  { from: 36, to: 36, lengths: [14], doubtful: [16, 17, 18, 19] },
  { from: 38, to: 39, lengths: [14, 16] },
  { from: 3528, to: 3589, lengths: [16, 17, 18, 19] },
  { from: 62, to: 62, lengths: [16, 17, 18, 19] },
  { from: 81, to: 82, lengths: [16], doubtful: [17, 18, 19] },
  { from: 2200, to: 2205, lengths: [16, 17, 18, 19] },
  { from: 60, to: 60, lengths: [16] },
  { from: 8600, to: 8600, lengths: [16] },
  { from: 9704, to: 9704, lengths: [16, 19] },
  { from: 9792, to: 9792, lengths: [16] },
  { from: 9860, to: 9860, lengths: [16] },
  { from: 506099, to: 506198, lengths: [16, 18, 19] },
  ...[5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763].map((from) => ({
    from,
    to: from,
    lengths: [16, 18, 19],
    unlessOther: [12, 13, 14, 15, 17],
  })),
  { from: 50, to: 50, lengths: [16], doubtful: [12, 13, 14, 15, 17, 18, 19] },
  { from: 56, to: 58, lengths: [16], doubtful: [12, 13, 14, 15, 17, 18, 19] },
  { from: 67, to: 67, lengths: [16], doubtful: [12, 13, 14, 15, 17, 18, 19] },
  { from: 636, to: 639, lengths: [16], doubtful: [17, 18, 19] },
];

function networkOf(digits: string): 'sure' | 'unless_other' | 'doubtful' | 'none' {
  let best: 'unless_other' | 'doubtful' | 'none' = 'none';
  for (const network of NETWORKS) {
    const prefix = Number(digits.slice(0, String(network.from).length));
    if (prefix < network.from || prefix > network.to) continue;
    if (network.lengths.includes(digits.length)) return 'sure';
    if (network.unlessOther?.includes(digits.length) === true) best = 'unless_other';
    else if (best === 'none' && network.doubtful?.includes(digits.length) === true) best = 'doubtful';
  }
  return best;
}
