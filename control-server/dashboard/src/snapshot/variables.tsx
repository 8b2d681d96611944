import { useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import type { SnapshotResource } from '../../../../src/protocol/api.ts';
import type { JsonObject } from '../../../../src/protocol/json.ts';
import { IconButton } from '../ui/button.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { scopeGroups } from '../../../wording/scope-groups.ts';
import { Section } from './section.tsx';
import { ValueFinder, useValueSearch } from './value-finder.tsx';
import { buildValueTree } from '../../../wording/value-node.ts';
import { allOpen, initiallyOpen } from './value-rows.ts';
import { ValueTree } from './value-tree.tsx';

/** What the program held at that moment. */
export function Variables({ snapshot }: { readonly snapshot: SnapshotResource }): ReactElement {
  const root = useMemo(
    () => buildValueTree(snapshot.variables, snapshot.valueMarks),
    [snapshot.variables, snapshot.valueMarks],
  );
  const groups = useMemo(() => scopeGroups(root, snapshot.scopes), [root, snapshot.scopes]);
  const [open, setOpen] = useState<ReadonlySet<string>>(() => initiallyOpen(root));
  const [search, look, move] = useValueSearch(root, (found) => {
    if (found.size > 0) setOpen((known) => new Set([...known, ...found]));
  });
  return (
    <Section
      title="Variables"
      id="variables"
      actions={
        <>
          <ValueFinder search={search} onText={look} onMove={move} />
          <IconButton icon="expand" label="Open all" onClick={() => setOpen(allOpen(root))} />
          <IconButton icon="collapse" label="Close all" onClick={() => setOpen(new Set())} />
          <CopyButton label="Copy JSON" text={() => JSON.stringify(snapshot.variables, null, 2)} />
        </>
      }
    >
      {groups.map(({ title, root: ofGroup }) => (
        <div key={title} className="scope-group" data-testid={title === '' ? undefined : 'scope-group'}>
          {title !== '' && <h3 className="scope-title">{title}</h3>}
          <ValueTree
            root={ofGroup}
            open={open}
            onOpen={setOpen}
            label={title === '' ? 'Variables' : `Variables: ${title}`}
            matches={search.matches.pointers}
            currentMatch={search.matches.pointers[search.at] ?? null}
          />
        </div>
      ))}
    </Section>
  );
}

const NO_MARKS: readonly never[] = [];

/** What the breakpoint's own expressions came to. */
export function ExpressionResults({ results }: { readonly results: JsonObject }): ReactElement {
  const root = useMemo(() => buildValueTree(results, NO_MARKS), [results]);
  const [open, setOpen] = useState<ReadonlySet<string>>(() => initiallyOpen(root));
  return (
    <Section title="Expressions" id="expressions">
      <ValueTree root={root} open={open} onOpen={setOpen} label="Expressions" />
    </Section>
  );
}
