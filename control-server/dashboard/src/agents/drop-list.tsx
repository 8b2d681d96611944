import type { ReactElement } from 'react';
import type { DroppedByReason } from '../../../../src/protocol/label-counts.ts';
import { formatCount } from '../text/quantity.ts';
import { dropLines } from './agent-words.ts';

/** Why calls became no snapshot, and how many for each reason. */
export function DropList({ dropped }: { readonly dropped: DroppedByReason }): ReactElement {
  return (
    <ul className="drops">
      {dropLines(dropped).map((line) => (
        <li key={line.reason}>
          <span className="number">{formatCount(line.count)}</span>
          <code>{line.reason}</code>
          <span className="faint">{line.words}</span>
        </li>
      ))}
    </ul>
  );
}
