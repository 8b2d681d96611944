import type { ReactElement, ReactNode } from 'react';

/** The name of a column; one of numbers stands at its right edge. */
export type Column = string | { readonly number: string };

/** The heads of a table's columns. */
export function TableHead({
  columns,
  before,
  hasActions = false,
}: {
  readonly columns: readonly Column[];
  /** A head that is no word. */
  readonly before?: ReactNode;
  /** The last column holds buttons. */
  readonly hasActions?: boolean;
}): ReactElement {
  return (
    <thead>
      <tr>
        {before}
        {columns.map((column) =>
          typeof column === 'string' ? (
            <th key={column} scope="col">
              {column}
            </th>
          ) : (
            <th key={column.number} scope="col" className="number">
              {column.number}
            </th>
          ),
        )}
        {hasActions && (
          <th scope="col">
            <span className="visually-hidden">Actions</span>
          </th>
        )}
      </tr>
    </thead>
  );
}
