import type { ReactElement } from 'react';
import { missingWords } from '../../../wording/missing-words.ts';
import { RedactedText } from '../snapshot/redacted-text.tsx';
import type { ValueNode } from '../../../wording/value-node.ts';
import { previewOf } from '../snapshot/value-preview.ts';
import { leafWords, typeName } from '../../../wording/value-words.ts';
import { Chip } from '../ui/chip.tsx';
import type { Tone } from '../ui/chip.tsx';
import type { Difference } from './compare-values.ts';

const MAX_TEXT_CHARS = 600;
const TONES: Readonly<Record<Difference['kind'], Tone>> = {
  added: 'ok',
  removed: 'stop',
  changed: 'warn',
};

/** The places at which two snapshots differ, with what stands there on each side. */
export function DifferenceTable({
  differences,
}: {
  readonly differences: readonly Difference[];
}): ReactElement {
  if (differences.length === 0) return <p className="panel-empty">No difference was found.</p>;
  return (
    <table className="table table-in-panel differences" data-testid="differences">
      <thead>
        <tr>
          <th scope="col">Where</th>
          <th scope="col">Left</th>
          <th scope="col">Right</th>
        </tr>
      </thead>
      <tbody>
        {differences.map(({ path, kind, left, right }) => (
          <tr key={`${kind} ${left?.pointer ?? ''} ${right?.pointer ?? ''}`} data-kind={kind}>
            <th scope="row" className="cell-main">
              <code className="break-anywhere">
                <RedactedText text={path === '' ? '(all)' : path} />
              </code>{' '}
              <Chip tone={TONES[kind]}>{kind}</Chip>
            </th>
            <td data-label="Left">
              <Side node={left} />
            </td>
            <td data-label="Right">
              <Side node={right} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Side({ node }: { readonly node: ValueNode | null }): ReactElement {
  if (node === null) return <span className="faint">not there</span>;
  const type = typeName(node);
  const missing = missingWords(node);
  const words = node.children.length > 0 ? null : leafWords(node);
  const text = words === null ? previewOf(node, 240) : words.text;
  return (
    <code className="difference-value">
      {type !== null && <span className="value-type">{type} </span>}
      <span className={words === null ? 'value-preview' : `value-${words.voice}`}>
        <RedactedText text={text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS)}…` : text} />
      </span>
      {missing !== null && <span className="value-missing"> {missing}</span>}
    </code>
  );
}
