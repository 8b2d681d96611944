import type { ReactElement } from 'react';
import type { DroppedByReason } from '../../../../src/protocol/label-counts.ts';
import { formatCount } from '../../../wording/quantity.ts';
import { dropLines } from './agent-words.ts';

/** Why calls became no snapshot, and how many for each reason. */
export function DropList({ dropped }: { readonly dropped: DroppedByReason }): ReactElement {
  const lines = dropLines(dropped);
  const most = lines[0]?.count ?? 1;
  return (
    <ul className="drops">
      {lines.map((line) => (
        <li key={line.reason}>
          <span className="drop-bar" aria-hidden="true">
            <span className={`outcome-${line.outcome}`} style={{ width: `${(100 * line.count) / most}%` }} />
          </span>
          <span className="number">{formatCount(line.count)}</span>
          <code>{line.reason}</code>
          <span className="faint">{line.words}</span>
        </li>
      ))}
    </ul>
  );
}
