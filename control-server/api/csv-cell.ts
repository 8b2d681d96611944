/** What a spreadsheet takes for a formula, also behind white space that it skips and in the wide forms of East Asia. */
const FORMULA = /^\s*[=+\-@\uff0b\uff0d\uff1d\uff20]|^[\t\r\n]/;

/** A cell by RFC 4180. What a spreadsheet would run as a formula stands behind an apostrophe, as text. */
export function toCsvCell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
