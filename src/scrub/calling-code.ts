/** Digits that follow a country's calling code: fewest and most of any subscriber number. */
interface NationalLength {
  readonly code: string;
  readonly min: number;
  readonly max: number;
}

/** `code:min-max`, where the plan of the country is narrower than the default of its group. */
const PLANS =
  '1:10-10 7:10-10 20:8-10 27:9-9 30:10-10 31:9-9 32:8-9 33:9-9 34:9-9 36:8-9 39:8-11 40:9-9 41:9-9 43:7-13 44:9-10 ' +
  '45:8-8 46:7-9 47:8-8 48:9-9 49:7-12 51:8-9 52:10-11 53:8-8 54:10-11 55:10-11 56:9-9 57:8-10 58:10-10 60:8-10 61:9-9 ' +
  '62:8-12 63:8-10 64:8-10 65:8-8 66:8-9 81:9-10 82:8-10 84:9-10 86:10-11 90:10-10 91:10-10 92:9-10 93:9-9 94:9-9 ' +
  '95:7-10 98:10-10';

/** Assigned three-digit codes by their first two digits. */
const THREE_DIGIT_GROUPS: ReadonlySet<string> = new Set(
  '21 22 23 24 25 26 29 35 37 38 42 50 59 67 68 69 80 85 87 88 96 97 99'.split(' '),
);

const BY_CODE: ReadonlyMap<string, NationalLength> = new Map(
  PLANS.split(' ').map((plan) => {
    const [code = '', range = ''] = plan.split(':');
    const [min = '', max = ''] = range.split('-');
    return [code, { code, min: Number(min), max: Number(max) }];
  }),
);

/** How many digits may follow the calling code at the start of `digits`; null when no country has it. */
export function nationalLengthOf(digits: string): NationalLength | null {
  for (const length of [1, 2]) {
    const plan = BY_CODE.get(digits.slice(0, length));
    if (plan !== undefined) return plan;
  }
  if (!THREE_DIGIT_GROUPS.has(digits.slice(0, 2))) return null;
  return { code: digits.slice(0, 3), min: 6, max: 11 };
}

/** True for ten digits of the North American plan that can be a subscriber's number. */
export function isNorthAmerican(digits: string): boolean {
  if (!/^[2-9]\d\d[2-9]\d{6}$/.test(digits)) return false;
  // Round hundreds are ranges and status codes but for what is free of charge; `N9X` is kept for longer numbers.
  if (/^[234]00|^[5679]00\d00|^.9/.test(digits)) return false;
  return digits.slice(1, 3) !== '11' && digits.slice(4, 6) !== '11';
}
