import { CommandError } from './command-error.ts';
import { toPlainLine } from './plain-text.ts';

/**
 * Refuses an empty id: every id begins with it, so a script whose variable is not set would get the only one there is.
 * @param listCommand shows the ids
 * @throws CommandError `usage`
 */
export function demandId(id: string, listCommand: string): void {
  if (id.trim() === '') throw new CommandError('usage', 'The id is empty', `Give one: see ${listCommand}.`);
}

/**
 * The one whose id is given, or begins with what is given.
 * @param what of several, as a sentence calls them: `keys`
 * @param listCommand shows the ids
 * @param missingCode of the refusal when there is none
 */
export function findById<Item extends { readonly id: string }>(
  items: readonly Item[],
  id: string,
  what: string,
  listCommand: string,
  missingCode = 'not_found',
): Item {
  demandId(id, listCommand);
  const exact = items.find((item) => item.id === id);
  if (exact !== undefined) return exact;
  const candidates = items.filter((item) => item.id.startsWith(id));
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  if (only === undefined) {
    throw new CommandError(
      missingCode,
      `None of the ${what} has the id "${toPlainLine(id)}"`,
      `See ${listCommand}.`,
    );
  }
  throw new CommandError(
    'ambiguous_id',
    `${candidates.length} ${what} have an id that starts with "${toPlainLine(id)}"`,
    'Give more of it.',
  );
}
