/** Characters of a name that are looked at: its last ones. */
export const MAX_NAME = 128;

/** Splits a name into lower-case words: camelCase, ACRONYMCase, snake_case, kebab-case, dots, brackets, spaces. */
export function splitWords(name: string): string[] {
  return name
    .slice(-MAX_NAME)
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => word !== '');
}
