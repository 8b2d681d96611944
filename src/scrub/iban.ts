/** Longest bank account number, with a space after every four. */
const MAX_LENGTH = 42;
const MIN_DIGITS = 15;
/** The country, its two check digits and whole groups of four, up to the end. */
const HEAD = /(?<![A-Za-z\d])[A-Z]{2}\d\d(?: [A-Z\d]{4}){0,7} $/;

/**
 * True when the groups from `start` to `end` belong to an international bank account number as it is printed,
 * `DE89 3704 0044 0532 0130 00`: its check digits tell. Looks at {@link MAX_LENGTH} units on both sides.
 */
export function isInIban(text: string, start: number, end: number): boolean {
  const head = HEAD.exec(text.slice(Math.max(0, start - MAX_LENGTH), start))?.[0];
  if (head === undefined) return false;
  let account = head + text.slice(start, end);
  if (passesCheck(account)) return true;
  for (const group of text.slice(end, end + MAX_LENGTH).split(' ')) {
    account += /^[A-Z\d]{0,4}/.exec(group)![0];
    if (passesCheck(account)) return true;
  }
  return false;
}

/** ISO 13616: the number with its head at the end, letters as 10 to 35, is 1 modulo 97. */
function passesCheck(account: string): boolean {
  const compact = account.replaceAll(' ', '');
  if (compact.length < MIN_DIGITS) return false;
  let remainder = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}
