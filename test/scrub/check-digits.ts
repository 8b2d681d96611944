/** `body` with the digit that makes the whole pass ISO/IEC 7812's Luhn sum. */
export function withLuhnDigit(body: string): string {
  let sum = 0;
  for (let index = body.length - 1, double = true; index >= 0; index -= 1, double = !double) {
    const digit = Number(body[index]) * (double ? 2 : 1);
    sum += digit > 9 ? digit - 9 : digit;
  }
  return body + String((10 - (sum % 10)) % 10);
}

/** `body` with a last digit that breaks the Luhn sum. */
export function withWrongLuhnDigit(body: string): string {
  const right = withLuhnDigit(body);
  return body + String((Number(right.at(-1)) + 5) % 10);
}

/** A number that starts with `prefix`, has `length` digits in all, passes Luhn and is the same for the same `seed`. */
export function cardNumber(prefix: string, length: number, seed = 1): string {
  let body = prefix;
  for (let state = seed * 7919 + Number(prefix); body.length < length - 1;) {
    state = (state * 1103515245 + 12345) % 2147483648;
    body += String(Math.floor(state / 65536) % 10);
  }
  return withLuhnDigit(body);
}

/** `digits` cut into groups of the given sizes. */
export function grouped(digits: string, sizes: readonly number[], separator: string): string {
  let from = 0;
  return sizes.map((size) => digits.slice(from, (from += size))).join(separator);
}
