/**
 * Look-alikes that people and keyboards use for ASCII: full-width forms, Arabic-Indic digits, dashes, spaces. Matching
 * runs on the folded text; it has the same length, so offsets are valid in the original, which is what gets spliced.
 */
const FOLDABLE =
  /[\u00a0\u00ad\u0660-\u0669\u06f0-\u06f9\u0966-\u096f\u2000-\u200d\u2010-\u2015\u202f\u205f\u2060\u2212\u3000\u3002\ufe58\ufe63\ufeff\uff01-\uff5e]/;
const FOLDABLE_ALL = new RegExp(FOLDABLE.source, 'g');

/** The text with look-alikes of ASCII replaced one for one; the same string when there are none. */
export function foldLookAlikes(text: string): string {
  return FOLDABLE.test(text) ? text.replace(FOLDABLE_ALL, foldOne) : text;
}

function foldOne(character: string): string {
  const unit = character.charCodeAt(0);
  if (unit >= 0xff01 && unit <= 0xff5e) return String.fromCharCode(unit - 0xfee0);
  if (unit >= 0x0660 && unit <= 0x0669) return String.fromCharCode(unit - 0x0660 + 48);
  if (unit >= 0x06f0 && unit <= 0x06f9) return String.fromCharCode(unit - 0x06f0 + 48);
  if (unit >= 0x0966 && unit <= 0x096f) return String.fromCharCode(unit - 0x0966 + 48);
  if (unit === 0x3002) return '.';
  const isDash =
    (unit >= 0x2010 && unit <= 0x2015) ||
    unit === 0x2212 ||
    unit === 0xad ||
    unit === 0xfe58 ||
    unit === 0xfe63;
  return isDash ? '-' : ' ';
}
