import { useState } from 'react';
import type { FormEvent, ReactElement } from 'react';
import { Link } from 'wouter';
import { goTo } from '../navigation.ts';
import { comparisonPath, snapshotIdIn } from '../routes.ts';
import type { Neighbours } from '../snapshot/neighbours.ts';
import { Button } from '../ui/button.tsx';
import { Dropdown } from '../ui/dropdown.tsx';
import { TextField } from '../ui/field.tsx';

/** With which other snapshot this one is to be compared. The earlier one comes to the left. */
export function CompareMenu({
  id,
  neighbours,
}: {
  readonly id: string;
  readonly neighbours: Neighbours;
}): ReactElement {
  return (
    <Dropdown label="Compare" icon="compare" testId="compare">
      {(close) => (
        <>
          {neighbours.older !== null && (
            <Link href={comparisonPath(neighbours.older, id)} className="menu-item" onClick={close}>
              With the hit before
            </Link>
          )}
          {neighbours.newer !== null && (
            <Link href={comparisonPath(id, neighbours.newer)} className="menu-item" onClick={close}>
              With the next hit
            </Link>
          )}
          <OtherSnapshot id={id} />
        </>
      )}
    </Dropdown>
  );
}

function OtherSnapshot({ id }: { readonly id: string }): ReactElement {
  const [typed, setTyped] = useState('');
  const [wasSubmitted, setWasSubmitted] = useState(false);
  const other = snapshotIdIn(typed);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setWasSubmitted(true);
    if (other !== null) goTo(comparisonPath(id, other));
  };
  return (
    <form className="dropdown-form" onSubmit={submit} aria-label="Compare with another snapshot">
      <TextField
        label="With another"
        placeholder="Link or id"
        mono
        value={typed}
        problem={wasSubmitted && other === null ? 'This is no link to a snapshot, and no id.' : undefined}
        onChange={(event) => setTyped(event.currentTarget.value)}
        trailing={<Button type="submit">Compare</Button>}
      />
    </form>
  );
}
