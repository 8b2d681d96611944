import { useState } from 'react';
import type { ReactElement } from 'react';
import { useShortcuts } from '../shell/shortcuts.ts';
import { IconButton } from '../ui/button.tsx';
import { SearchField } from '../ui/search-field.tsx';
import type { ValueNode } from '../../../wording/value-node.ts';
import { searchValues } from './value-search.ts';
import type { ValueMatches } from './value-search.ts';

/** What was looked for, and which of the places is looked at now. */
export interface ValueSearchState {
  readonly text: string;
  readonly matches: ValueMatches;
  /** Index into the matches. */
  readonly at: number;
}

const NOTHING: ValueSearchState = { text: '', matches: { pointers: [], open: new Set() }, at: 0 };

/** Looks for a text in the variables; Enter goes to the next place, Shift+Enter to the one before. */
export function useValueSearch(
  root: ValueNode,
  reveal: (pointers: ReadonlySet<string>) => void,
): readonly [ValueSearchState, (text: string) => void, (step: number) => void] {
  const [search, setSearch] = useState(NOTHING);
  const look = (text: string): void => {
    const matches = searchValues(root, text);
    setSearch({ text, matches, at: 0 });
    reveal(matches.open);
  };
  const move = (step: number): void => {
    const count = search.matches.pointers.length;
    if (count === 0) return;
    setSearch({ ...search, at: (search.at + step + count) % count });
    reveal(search.matches.open);
  };
  return [search, look, move];
}

/** The field to search in, with how much was found. */
export function ValueFinder({
  search,
  onText,
  onMove,
}: {
  readonly search: ValueSearchState;
  readonly onText: (text: string) => void;
  readonly onMove: (step: number) => void;
}): ReactElement {
  useShortcuts({ '/': () => document.getElementById('value-search')?.focus() });
  const count = search.matches.pointers.length;
  return (
    <div className="value-finder">
      <SearchField
        id="value-search"
        label="Search in variables"
        value={search.text}
        onChange={onText}
        onEnter={(isBackwards) => onMove(isBackwards ? -1 : 1)}
      />
      <span className="value-finder-count" role="status" data-testid="value-matches">
        {search.text.trim() === '' ? '' : count === 0 ? 'not found' : `${search.at + 1} of ${count}`}
      </span>
      {count > 1 && (
        <>
          <IconButton icon="up" label="Previous place (Shift+Enter)" onClick={() => onMove(-1)} />
          <IconButton icon="down" label="Next place (Enter)" onClick={() => onMove(1)} />
        </>
      )}
    </div>
  );
}
