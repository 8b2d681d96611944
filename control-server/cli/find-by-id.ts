import { CommandError } from './command-error.ts';
import { toPlainLine } from './plain-text.ts';

/**
 * The one whose id is given, or begins with what is given.
 * @param what of several, as a sentence calls them: `keys`
 * @param listCommand shows the ids
 */
export function findById<Item extends { readonly id: string }>(
  items: readonly Item[],
  id: string,
  what: string,
  listCommand: string,
): Item {
  const exact = items.find((item) => item.id === id);
  if (exact !== undefined) return exact;
  const candidates = items.filter((item) => item.id.startsWith(id));
  const [only] = candidates;
  if (only !== undefined && candidates.length === 1) return only;
  if (only === undefined) {
    throw new CommandError(
      'not_found',
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
