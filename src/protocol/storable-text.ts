/**
 * Text that every database gives back as it was: SQLite under Node 22 ends a text at a NUL, others refuse one, and half
 * of a surrogate pair has no encoding. Each of these becomes U+FFFD, here and not in the database, so that what is
 * compared and answered is what was stored.
 */
export function toStorableText(text: string): string {
  const wellFormed = text.toWellFormed();
  return wellFormed.includes('\0') ? wellFormed.replaceAll('\0', '\uFFFD') : wellFormed;
}
