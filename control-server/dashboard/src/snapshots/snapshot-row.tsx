import { memo } from 'react';
import type { NamedExoticComponent, ReactElement } from 'react';
import { Link } from 'wouter';
import type { SnapshotSummary } from '../../../../src/protocol/api.ts';
import { snapshotPath } from '../routes.ts';
import { fullPlace, shortPlace } from '../../../wording/code-place.ts';
import { formatClock, formatInstant } from '../../../wording/time.ts';
import { redactionName } from '../../../wording/redaction.ts';
import { RedactedText } from '../snapshot/redacted-text.tsx';
import { Chip } from '../ui/chip.tsx';
import { useNowMs } from '../ui/clock.tsx';

/** Words of flags that fit beside the preview, in characters; one flag is always shown. */
const MAX_FLAG_CHARS = 16;

/** Where a row is drawn. */
interface RowPlace {
  /** 1-based in the whole list, with the head as the first. */
  readonly rowIndex: number;
  readonly offsetPx: number;
  readonly heightPx: number;
}

interface RowProps extends RowPlace {
  readonly snapshot: SnapshotSummary;
  readonly isFresh: boolean;
  readonly showsService: boolean;
}

/** One snapshot in the list; the whole row leads to it. */
export const SnapshotRow: NamedExoticComponent<RowProps> = memo(function Row({
  snapshot,
  rowIndex,
  offsetPx,
  heightPx,
  isFresh,
  showsService,
}: RowProps): ReactElement {
  const nowMs = useNowMs();
  const flags = snapshot.flags.map(redactionName);
  const shown = flags.slice(0, flags.slice(0, 2).join('').length > MAX_FLAG_CHARS ? 1 : 2);
  const hidden = flags.slice(shown.length);
  return (
    <div
      role="row"
      aria-rowindex={rowIndex}
      className={isFresh ? 'snapshot-row row-fresh' : 'snapshot-row'}
      style={{ transform: `translateY(${offsetPx}px)`, height: heightPx }}
      data-testid="snapshot-row"
      data-snapshot-id={snapshot.id}
    >
      <time
        role="cell"
        className="row-time"
        dateTime={snapshot.capturedAt}
        title={formatInstant(snapshot.capturedAt)}
      >
        {formatClock(snapshot.capturedAt, nowMs)}
      </time>
      <span role="cell" className="row-label">
        <Link href={snapshotPath(snapshot.id)} className="row-link">
          {snapshot.label ?? shortPlace(snapshot.filePath, snapshot.lineNumber)}
        </Link>
        {snapshot.mode === 'logpoint' && <Chip>log</Chip>}
        {snapshot.pinned && (
          <Chip tone="accent" title="Kept until it is unpinned">
            pinned
          </Chip>
        )}
      </span>
      {showsService && (
        <span role="cell" className="row-service">
          {snapshot.serviceName} <span className="faint">{snapshot.environment}</span>
        </span>
      )}
      <span role="cell" className="row-where" title={fullPlace(snapshot.filePath, snapshot.lineNumber)}>
        {snapshot.functionName !== '' && <span className="row-function">{snapshot.functionName}</span>}
        <span className="faint">{shortPlace(snapshot.filePath, snapshot.lineNumber)}</span>
      </span>
      <span role="cell" className="row-preview" title={snapshot.preview}>
        <RedactedText text={snapshot.preview} />
      </span>
      <span role="cell" className="row-flags">
        {shown.map((flag) => (
          <Chip key={flag} tone="redact">
            {flag}
          </Chip>
        ))}
        {hidden.length > 0 && (
          <Chip tone="redact" title={hidden.join(', ')}>
            +{hidden.length}
          </Chip>
        )}
      </span>
    </div>
  );
});

/** The place of a snapshot that is being fetched again. */
export function MissingRow({ rowIndex, offsetPx, heightPx }: RowPlace): ReactElement {
  return (
    <div
      role="row"
      aria-rowindex={rowIndex}
      className="snapshot-row"
      style={{ transform: `translateY(${offsetPx}px)`, height: heightPx }}
      data-testid="missing-row"
    >
      <span role="cell" className="row-time">
        …
      </span>
    </div>
  );
}
