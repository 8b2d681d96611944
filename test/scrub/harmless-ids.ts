import { withLuhnDigit } from './check-digits.ts';

/** Numbers from 0 up to below 1, the same at every run. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const random = seeded(20240115);
const below = (limit: number): number => Math.floor(random() * limit);
const from = (alphabet: string, length: number): string =>
  Array.from({ length }, () => alphabet[below(alphabet.length)]).join('');
const digits = (length: number): string => from('0123456789', length);
const hex = (length: number): string => from('0123456789abcdef', length);
const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

function iban(country: string, bban: string): string {
  const numeric = [...`${bban}${country}00`].map((letter) => parseInt(letter, 36)).join('');
  return `${country}${String(98n - (BigInt(numeric) % 97n)).padStart(2, '0')}${bban}`;
}

function ean13(prefix: string): string {
  const body = prefix + digits(12 - prefix.length);
  const sum = [...body].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0);
  return body + String((10 - (sum % 10)) % 10);
}

/** Ids that a service makes or reads by the million, sixty of each kind and the same at every run. */
export const HARMLESS_IDS: Readonly<Record<string, readonly unknown[]>> = {
  uuid: many(60, () => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`),
  'uuid of digits': many(60, () => `${digits(8)}-${digits(4)}-4${digits(3)}-8${digits(3)}-${digits(12)}`),
  ulid: many(60, () => `01H${from('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 23)}`),
  snowflake: many(60, () => `1${digits(18)}`),
  'snowflake of 18 digits': many(60, () => BigInt(`${1 + below(2)}${digits(17)}`)),
  'epoch seconds': many(60, () => 1_600_000_000 + below(200_000_000)),
  'epoch milliseconds': many(60, () => `at ${String(1_600_000_000_000 + below(200_000_000_000))}`),
  'epoch microseconds': many(60, () => `ts=${String(16 + below(2))}${digits(14)}`),
  'epoch nanoseconds': many(60, () => `1${String(6 + below(2))}${digits(17)}`),
  IMEI: many(60, () => withLuhnDigit(`35${digits(12)}`)),
  'IMEI that starts with 86': many(60, () => withLuhnDigit(`86${digits(12)}`)),
  ICCID: many(60, () => withLuhnDigit(`8944${digits(14)}`)),
  'German IBAN': many(60, () => iban('DE', digits(18))),
  'German IBAN in groups': many(60, () =>
    iban('DE', digits(18))
      .replace(/(.{4})/gu, '$1 ')
      .trim(),
  ),
  'French IBAN in groups': many(60, () =>
    iban('FR', digits(23))
      .replace(/(.{4})/gu, '$1 ')
      .trim(),
  ),
  'Belgian IBAN in groups': many(60, () =>
    iban('BE', digits(12))
      .replace(/(.{4})/gu, '$1 ')
      .trim(),
  ),
  'ISBN-13': many(60, () => ean13('978')),
  EAN: many(60, () => ean13(from('123456789', 1))),
  'EAN of Germany': many(60, () => ({ ean: ean13('40') })),
  'FedEx number': many(60, () => `${digits(4)} ${digits(4)} ${digits(4)}`),
  'USPS number': many(60, () => `9400 ${digits(4)} ${digits(4)} ${digits(4)} ${digits(4)} ${digits(2)}`),
  SSCC: many(60, () => `00340434${digits(12)}`),
  'order number': many(60, () => `45${digits(8)}`),
  'order number in an object': many(60, () => ({
    orderNumber: Number(`45${digits(8)}`),
    reference: `0${digits(9)}`,
  })),
  'ten digits': many(60, () => digits(10)),
  'eleven digits': many(60, () => `ref ${digits(11)}`),
  'nine digits': many(60, () => ({ id: digits(9), count: Number(`5${digits(8)}`) })),
  'ZIP+4': many(60, () => `WA ${digits(5)}-${digits(4)}`),
  EIN: many(60, () => `${digits(2)}-${digits(7)}`),
  decimal: many(60, () => random()),
  'decimal text': many(60, () => `x=${String(random() * 1000)} y=${String(random())}`),
  coordinates: many(60, () => `${(random() * 180 - 90).toFixed(6)}, ${(random() * 360 - 180).toFixed(6)}`),
  'signed coordinates': many(60, () => `+${(random() * 90).toFixed(6)}+${(random() * 180).toFixed(6)}/`),
  'a row of numbers': many(60, () => many(8, () => String(below(10_000))).join(' ')),
  'a row of three-digit numbers': many(60, () => many(7, () => digits(3)).join(' ')),
  'a row with commas': many(60, () => many(8, () => String(below(1_000_000))).join(',')),
  'SVG path': many(
    60,
    () =>
      `M${digits(3)} ${digits(3)}L${digits(3)}-${digits(3)} ${digits(4)}C${many(6, () => String(below(4000))).join(' ')}Z`,
  ),
  version: many(60, () => `${String(below(20))}.${String(below(200))}.${String(below(9000))}`),
  'build of four parts': many(60, () => `${digits(3)}.${digits(3)}.${digits(4)}.${digits(2)}`),
  IPv4: many(60, () => many(4, () => String(below(256))).join('.')),
  'IPv4 and port': many(
    60,
    () => `${many(4, () => String(below(256))).join('.')}:${String(1024 + below(60_000))}`,
  ),
  MAC: many(60, () => many(6, () => hex(2)).join(':')),
  'git hash': many(60, () => hex(40)),
  'hash of digits': many(60, () => `sha1:${digits(40)}`),
  'span id': many(60, () => hex(16)),
  base64: many(60, () => `${from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/', 60)}==`),
  'ISO time': many(60, () => new Date(1_600_000_000_000 + below(200_000_000_000)).toISOString()),
  'time with offset': many(
    60,
    () =>
      `2024-0${String(1 + below(9))}-1${digits(1)}T1${digits(1)}:00:00.${digits(6)}+0${String(below(10))}:30`,
  ),
  'compact time': many(
    60,
    () =>
      `2024${String(10 + below(3))}${String(10 + below(18))}${String(10 + below(14))}${String(10 + below(50))}${String(10 + below(50))}`,
  ),
  price: many(60, () => `€ ${String(below(999))}.${digits(3)},${digits(2)}`),
  'grouped number': many(60, () => `${String(1 + below(9))} ${digits(3)} ${digits(3)} ${digits(3)}`),
  'part number': many(
    60,
    () => `${from('ABCDEFGHKLMNPRSTUVWXYZ', 3)}-${digits(3)}-${digits(2)}-${digits(4)}`,
  ),
  'part number of digits': many(60, () => `${digits(4)}-${digits(4)}-${digits(4)}`),
  'document number': many(60, () => `2024-${digits(3)}-${digits(4)}`),
  range: many(60, () => `${digits(3)}-${digits(3)}`),
  duration: many(60, () => `took ${digits(4)}.${digits(6)} ms, ${digits(10)} ns`),
  'object id': many(60, () => hex(24)),
  'asset with a hash': many(60, () => `/static/main.${hex(8)}@2x.png?v=${digits(10)}`),
  'package and version': many(
    60,
    () => `${from('abcdefghijklmnop', 6)}@${String(below(20))}.${String(below(50))}.${String(below(50))}`,
  ),
  'Java object': many(60, () => `com.acme.${from('ABCDEFG', 1)}${from('abcdefgh', 6)}@${hex(8)}`),
  'FIX message': many(
    60,
    () =>
      `8=FIX.4.4|9=${digits(3)}|35=D|34=${digits(4)}|11=${digits(13)}|38=${digits(4)}|44=${digits(3)}.${digits(2)}|52=20240115-10:00:00.${digits(3)}|10=${digits(3)}|`,
  ),
};
