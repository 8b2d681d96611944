import { mulberry32 } from '../../helpers/mulberry32.ts';

/** What the cases of the acceptance corpus are made of: everything is drawn at run time, so no file holds a token. */
export interface Material {
  readonly int: (from: number, to: number) => number;
  readonly pick: <Item>(items: readonly Item[]) => Item;
  readonly digits: (length: number) => string;
  readonly hex: (length: number) => string;
  readonly lower: (length: number) => string;
  readonly upper: (length: number) => string;
  readonly base32: (length: number) => string;
  readonly base36: (length: number) => string;
  readonly base62: (length: number) => string;
  readonly base64: (length: number) => string;
  readonly base64url: (length: number) => string;
  readonly uuid: () => string;
  readonly word: () => string;
  readonly firstName: () => string;
  readonly lastName: () => string;
  readonly domain: () => string;
  readonly email: () => string;
  readonly password: () => string;
  readonly strongPassword: () => string;
  readonly timestamp: () => string;
  readonly ssn: (separator?: string) => string;
  readonly card: (network?: CardNetwork) => string;
  readonly cardGroups: (separator: string, network?: CardNetwork) => string;
  readonly areaCode: () => string;
  readonly exchange: () => string;
  readonly jwt: (claims?: object) => string;
  readonly jwtHeader: (header?: object) => string;
  readonly pem: (label: string, lines?: number, lineBreak?: string) => string;
  readonly awsKeyId: (prefix?: string) => string;
  readonly awsSecret: () => string;
}

export type CardNetwork = 'visa' | 'mastercard' | 'amex' | 'discover' | 'jcb' | 'diners';

const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const UPPER = LOWER.toUpperCase();
const BASE62 = DIGITS + UPPER + LOWER;

const WORDS = [
  'orders',
  'billing',
  'invoice',
  'catalog',
  'shipment',
  'ledger',
  'profile',
  'search',
  'reports',
  'checkout',
  'metrics',
  'inventory',
];
const FIRST_NAMES = [
  'ada',
  'grace',
  'linus',
  'maria',
  'yuki',
  'omar',
  'chloe',
  'pedro',
  'ingrid',
  'tomas',
  'priya',
  'kofi',
];
const LAST_NAMES = [
  'lovelace',
  'hopper',
  'silva',
  'tanaka',
  'haddad',
  'martin',
  'novak',
  'okafor',
  'berg',
  'kowalska',
  'nair',
  'mensah',
];
const DOMAINS = [
  'northwind.io',
  'acme-corp.com',
  'mail.contoso.co.uk',
  'kundendienst.de',
  'example.org',
  'fastmail.com',
  'umich.edu',
  'gov.br',
  'orange.fr',
  'startup.dev',
];
const SYMBOLS = '!_-.*';
const STRONG_SYMBOLS = '!@#$%^*_-+=?.';

const CARD_RANGES: Readonly<
  Record<CardNetwork, { readonly starts: readonly string[]; readonly length: number }>
> = {
  visa: { starts: ['4'], length: 16 },
  mastercard: { starts: ['51', '52', '53', '54', '55', '2221', '2720'], length: 16 },
  amex: { starts: ['34', '37'], length: 15 },
  discover: { starts: ['6011', '65'], length: 16 },
  jcb: { starts: ['3528', '3589'], length: 16 },
  diners: { starts: ['36', '38', '300'], length: 14 },
};

/** Material that is the same for the same seed. */
export function createMaterial(seed: number): Material {
  const random = mulberry32(seed);
  const int = (from: number, to: number): number => from + Math.floor(random() * (to - from + 1));
  const pick = <Item>(items: readonly Item[]): Item => items[int(0, items.length - 1)] as Item;
  const chars = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet[int(0, alphabet.length - 1)]).join('');
  // A token of some length holds each kind of character: places near its end see to it.
  const mixed = (alphabet: string, length: number): string =>
    length < 16
      ? chars(alphabet, length)
      : `${chars(alphabet, length - 4)}${chars(DIGITS, 1)}${chars(LOWER, 1)}${chars(UPPER, 1)}${chars(BASE62, 1)}`;
  const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  const firstName = (): string => pick(FIRST_NAMES);
  const lastName = (): string => pick(LAST_NAMES);
  const word = (): string => pick(WORDS);
  const email = (): string =>
    pick([
      (): string => `${firstName()}.${lastName()}@${pick(DOMAINS)}`,
      (): string => `${firstName()}${int(1, 99)}@${pick(DOMAINS)}`,
      (): string => `${firstName()}+${word()}@${pick(DOMAINS)}`,
      (): string => `${firstName().charAt(0)}_${lastName()}@${pick(DOMAINS)}`,
    ])();
  const password = (): string =>
    pick([
      (): string =>
        `${capitalised(pick(['summer', 'winter', 'dragon', 'berlin', 'tiger', 'coffee']))}${int(1980, 2026)}!`,
      (): string =>
        `${chars(BASE62, 3)}${int(0, 9)}${chars(BASE62 + SYMBOLS, int(6, 18))}${chars(BASE62, 2)}`,
      (): string =>
        `${pick(['correct', 'purple', 'silent', 'frozen'])}-${pick(['horse', 'monkey', 'river', 'garden'])}-${int(10, 99)}`,
      (): string => `${pick(['hunter', 'qwerty', 'letmein', 'pa55word', 's3cr3t'])}${int(2, 999)}`,
    ])();
  const strongPassword = (): string =>
    `${chars(BASE62, 4)}${chars(BASE62 + STRONG_SYMBOLS, int(6, 16))}${int(0, 9)}${chars(LOWER, 2)}`;
  const ssn = (separator = '-'): string => {
    const area = pick([int(100, 665), int(667, 772)]);
    return [String(area), String(int(10, 99)), String(int(1000, 9999))].join(separator);
  };
  const card = (network?: CardNetwork): string => {
    const { starts, length } =
      CARD_RANGES[network ?? pick(['visa', 'visa', 'mastercard', 'mastercard', 'amex', 'discover'])];
    const start = pick(starts);
    const body = start + chars(DIGITS, length - start.length - 1);
    return body + luhnDigit(body);
  };
  const cardGroups = (separator: string, network: CardNetwork = 'visa'): string => {
    const number = card(network);
    const sizes = number.length === 15 ? [4, 6, 5] : number.length === 14 ? [4, 6, 4] : [4, 4, 4, 4];
    let at = 0;
    return sizes.map((size) => number.slice(at, (at += size))).join(separator);
  };
  const jwtHeader = (header: object = { alg: pick(['HS256', 'RS256', 'ES256']), typ: 'JWT' }): string =>
    base64urlOf(header);
  const jwt = (
    claims: object = { sub: String(int(1000, 999_999)), iat: int(1_600_000_000, 1_800_000_000) },
  ): string => `${jwtHeader()}.${base64urlOf(claims)}.${mixed(`${BASE62}-_`, 43)}`;
  const pem = (label: string, lines = 4, lineBreak = '\n'): string =>
    [
      `-----BEGIN ${label}-----`,
      ...Array.from({ length: lines }, () => mixed(`${BASE62}+/`, 64)),
      `${mixed(`${BASE62}+/`, 38)}==`,
      `-----END ${label}-----`,
    ].join(lineBreak);
  return {
    int,
    pick,
    digits: (length) => chars(DIGITS, length),
    hex: (length) => chars('0123456789abcdef', length),
    lower: (length) => chars(LOWER, length),
    upper: (length) => chars(UPPER, length),
    base32: (length) => chars(`${UPPER}234567`, length),
    base36: (length) => chars(DIGITS + LOWER, length),
    base62: (length) => mixed(BASE62, length),
    base64: (length) => mixed(`${BASE62}+/`, length),
    base64url: (length) => mixed(`${BASE62}-_`, length),
    uuid: () =>
      `${chars('0123456789abcdef', 8)}-${chars('0123456789abcdef', 4)}-4${chars('0123456789abcdef', 3)}-a${chars('0123456789abcdef', 3)}-${chars('0123456789abcdef', 12)}`,
    word,
    firstName,
    lastName,
    domain: () => pick(DOMAINS),
    email,
    password,
    strongPassword,
    timestamp: () =>
      `2026-0${int(1, 9)}-1${int(0, 9)}T0${int(0, 9)}:${int(10, 59)}:${int(10, 59)}.${int(100, 999)}Z`,
    ssn,
    card,
    cardGroups,
    areaCode: () => pick(['212', '415', '617', '303', '512', '206', '703']),
    exchange: () => `${int(2, 9)}${pick(['32', '47', '68', '90', '53'])}`,
    jwt,
    jwtHeader,
    pem,
    awsKeyId: (prefix = 'AKIA') =>
      prefix + chars(`${UPPER}234567`, 8) + int(2, 7) + chars(`${UPPER}234567`, 7),
    awsSecret: () => mixed(`${BASE62}+/`, 40),
  };
}

function luhnDigit(body: string): string {
  let sum = 0;
  for (let index = body.length - 1, double = true; index >= 0; index -= 1, double = !double) {
    const digit = Number(body[index]) * (double ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return String((10 - (sum % 10)) % 10);
}

function base64urlOf(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
