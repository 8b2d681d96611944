import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { SnapshotResource } from '../../../../src/protocol/api.ts';
import { goTo } from '../navigation.ts';
import { servicePath, snapshotPath } from '../routes.ts';
import type { ServiceAddress } from '../routes.ts';
import { useMayChange } from '../session/session-gate.tsx';
import { useShortcuts } from '../shell/shortcuts.ts';
import { writeFilter } from '../snapshots/snapshot-filter.ts';
import { fullPlace } from '../../../wording/code-place.ts';
import { formatInstant } from '../../../wording/time.ts';
import { Chip } from '../ui/chip.tsx';
import { Age } from '../ui/clock.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { Icon } from '../ui/icons.tsx';
import { PinButton } from './pin-button.tsx';
import { snapshotName } from '../../../wording/snapshot-name.ts';
import { CompareMenu } from '../compare/compare-menu.tsx';
import { useNeighbours } from './neighbours.ts';

/** What was captured, where and when; the way to the hits before and after it. */
export function SnapshotHead({
  snapshot,
  service,
}: {
  readonly snapshot: SnapshotResource;
  readonly service: ServiceAddress;
}): ReactElement {
  const mayChange = useMayChange();
  const neighbours = useNeighbours(snapshot, service);
  const { newer, older } = neighbours;
  const open = (id: string | null): void => {
    if (id !== null) goTo(snapshotPath(id));
  };
  useShortcuts({ j: () => open(older), k: () => open(newer) });
  const place = fullPlace(snapshot.filePath, snapshot.lineNumber);
  return (
    <header className="snapshot-headline">
      <div className="page-head">
        <h1 className="page-title">{snapshotName(snapshot)}</h1>
        {snapshot.mode === 'logpoint' && <Chip>logpoint</Chip>}
        {snapshot.environment !== null && <Chip>{snapshot.environment}</Chip>}
        <span className="spacer" />
        <nav className="neighbours" aria-label="Hits of the same label">
          <NeighbourLink id={newer} icon="up" label="Newer hit (k)" />
          <NeighbourLink id={older} icon="down" label="Older hit (j)" />
        </nav>
        <CompareMenu id={snapshot.id} neighbours={neighbours} />
        {mayChange && <PinButton snapshot={snapshot} />}
        <CopyButton
          label="Copy link"
          text={() => location.origin + snapshotPath(snapshot.id)}
          testId="copy-link"
        />
      </div>
      <p className="snapshot-place">
        {snapshot.functionName !== '' && <code>{snapshot.functionName}</code>}
        {place !== '' && <code className="muted break-anywhere">{place}</code>}
        <time dateTime={snapshot.capturedAt} className="muted">
          {formatInstant(snapshot.capturedAt)}
        </time>
        <span className="faint">
          <Age instant={snapshot.capturedAt} />
        </span>
        {snapshot.label !== null && (
          <Link href={servicePath(service) + writeFilter({ label: snapshot.label })}>
            All hits of this label
          </Link>
        )}
      </p>
      {snapshot.logMessage !== null && <p className="log-message">{snapshot.logMessage}</p>}
    </header>
  );
}

function NeighbourLink({
  id,
  icon,
  label,
}: {
  readonly id: string | null;
  readonly icon: 'up' | 'down';
  readonly label: string;
}): ReactElement {
  if (id === null) {
    return (
      <span className="icon-button icon-button-off" aria-hidden="true">
        <Icon name={icon} />
      </span>
    );
  }
  return (
    <Link href={snapshotPath(id)} className="icon-button" aria-label={label} title={label}>
      <Icon name={icon} />
    </Link>
  );
}
