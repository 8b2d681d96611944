import type { ReactElement } from 'react';
import type { ServerNode } from '../../../../src/protocol/api-nodes.ts';
import { formatCount } from '../../../wording/quantity.ts';
import { Chip, Status } from '../ui/chip.tsx';
import { Age } from '../ui/clock.tsx';
import { diskWords } from './disk-words.ts';
import { TableHead } from '../ui/table-head.tsx';

/** The processes of the server: whether each lives, and how full its disk is. */
export function NodesTable({ nodes }: { readonly nodes: readonly ServerNode[] }): ReactElement {
  return (
    <table className="table nodes" data-testid="nodes-table">
      <TableHead columns={['Node', 'State', 'Disk', { number: 'Agents' }, 'Version', 'Started']} />
      <tbody>
        {nodes.map((node) => (
          <tr key={node.id} data-testid="node-row" className={node.alive ? undefined : 'row-past'}>
            <th scope="row" className="cell-main">
              {node.host === '' ? node.id : node.host} {node.current && <Chip>answers this page</Chip>}
            </th>
            <td data-label="State">
              {node.alive ? (
                <Status tone="ok">Running</Status>
              ) : (
                <Status tone="stop">
                  Last heard of <Age instant={node.lastSeenAt} />
                </Status>
              )}
            </td>
            <td data-label="Disk">
              <DiskUse node={node} />
            </td>
            <td data-label="Agents" className="number">
              {formatCount(node.agents)}
            </td>
            <td data-label="Version">{node.version}</td>
            <td data-label="Started" className="muted">
              <Age instant={node.startedAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function DiskUse({ node }: { readonly node: ServerNode }): ReactElement {
  const { words, tone } = diskWords(node);
  return (
    <span className="disk">
      <span className={`disk-words disk-${tone}`}>{words}</span>
      {node.diskUsedPercent !== null && (
        <progress className={`disk-${tone}`} aria-label="Disk used" max={100} value={node.diskUsedPercent} />
      )}
    </span>
  );
}
