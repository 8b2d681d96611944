import type { ReactElement } from 'react';
import type { FactDifference } from './compare-facts.ts';

/** What differs around the variables. */
export function FactTable({ facts }: { readonly facts: readonly FactDifference[] }): ReactElement {
  if (facts.length === 0) {
    return <p className="panel-empty">Place, code, process and call stack are the same.</p>;
  }
  return (
    <table className="table table-in-panel differences" data-testid="fact-differences">
      <thead>
        <tr>
          <th scope="col">What</th>
          <th scope="col">Left</th>
          <th scope="col">Right</th>
        </tr>
      </thead>
      <tbody>
        {facts.map((fact) => (
          <tr key={fact.name}>
            <th scope="row" className="cell-main">
              {fact.name}
            </th>
            <td data-label="Left">
              <Fact text={fact.left} />
            </td>
            <td data-label="Right">
              <Fact text={fact.right} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Fact({ text }: { readonly text: string }): ReactElement {
  return text === '' ? <span className="faint">none</span> : <code className="difference-value">{text}</code>;
}
