import type { ReactElement } from 'react';
import type { SnapshotQuery } from '../../../../src/protocol/api.ts';
import { exportSnapshotsPath } from '../api-client.ts';
import { Dropdown } from '../ui/dropdown.tsx';

const FORMATS = [
  ['ndjson', 'NDJSON', 'One snapshot a line; can be imported'],
  ['json', 'JSON', 'One array; can be imported'],
  ['csv', 'CSV', 'For spreadsheets, with the variables as JSON'],
] as const;

/** Everything that the filter leaves, as a file. */
export function ExportMenu({ query }: { readonly query: SnapshotQuery }): ReactElement {
  return (
    <Dropdown label="Export" icon="download" testId="export-snapshots">
      {(close) =>
        FORMATS.map(([format, name, words]) => (
          <a
            key={format}
            className="menu-item menu-item-lines"
            href={exportSnapshotsPath(query, format)}
            download={`snapshots.${format}`}
            onClick={close}
          >
            {name}
            <span className="faint">{words}</span>
          </a>
        ))
      }
    </Dropdown>
  );
}
