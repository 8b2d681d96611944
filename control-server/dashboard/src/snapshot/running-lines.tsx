import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import type { FileSource, ServiceFiles } from '../../../../src/protocol/api-source.ts';
import type { SnapshotResource } from '../../../../src/protocol/api.ts';
import { ApiError } from '../api-request.ts';
import { fileSourceQuery, serviceFilesQuery } from '../code/source-api.ts';
import type { ServiceAddress } from '../routes.ts';
import { Button } from '../ui/button.tsx';
import { FailureNotice, Skeleton } from '../ui/notice.tsx';
import { SourceLines } from './source-lines.tsx';
import { sourceRemark } from './source-remark.ts';

/** Lines above, and below, the place. */
const LINES_AROUND = 8;

/** The lines around the place as an instance runs them now. It is asked when a person asks: it serves its own callers. */
export function RunningLines({
  snapshot,
  service,
}: {
  readonly snapshot: SnapshotResource;
  readonly service: ServiceAddress;
}): ReactElement {
  const [isAsked, setIsAsked] = useState(false);
  if (isAsked) return <Answer snapshot={snapshot} service={service} />;
  return (
    <div className="panel-actions source-ask">
      <p className="muted">The snapshot carries no source. A running instance can show what it runs now.</p>
      <Button onClick={() => setIsAsked(true)} data-testid="show-source">
        Show the lines
      </Button>
    </div>
  );
}

function Answer({
  snapshot,
  service,
}: {
  readonly snapshot: SnapshotResource;
  readonly service: ServiceAddress;
}): ReactElement {
  const files = useQuery(serviceFilesQuery(service, null));
  if (files.data !== undefined) return <Lines snapshot={snapshot} service={service} files={files.data} />;
  return files.isError ? <Refused error={files.error} onRetry={() => void files.refetch()} /> : <Waiting />;
}

function Lines({
  snapshot,
  service,
  files,
}: {
  readonly snapshot: SnapshotResource;
  readonly service: ServiceAddress;
  readonly files: ServiceFiles;
}): ReactElement {
  const file = files.files.find(({ path }) => path === snapshot.filePath);
  // The instance that captured, as long as it runs: its lines are those of the snapshot.
  const own = file?.versions.some(({ instanceIds }) => instanceIds.includes(snapshot.instanceId ?? ''));
  const source = useQuery({
    ...fileSourceQuery(service, file?.id ?? '', own === true ? snapshot.instanceId : null),
    enabled: file !== undefined,
  });
  if (file === undefined) {
    return <p className="panel-empty">No running instance has loaded {snapshot.filePath}.</p>;
  }
  if (source.data !== undefined) return <Around snapshot={snapshot} source={source.data} />;
  return source.isError ? (
    <Refused error={source.error} onRetry={() => void source.refetch()} />
  ) : (
    <Waiting />
  );
}

function Around({
  snapshot: { lineNumber, instanceId },
  source,
}: {
  readonly snapshot: SnapshotResource;
  readonly source: FileSource;
}): ReactElement {
  const startLine = Math.max(1, lineNumber - LINES_AROUND);
  const lines = useMemo(
    () => source.source.split(/\r\n|[\n\r\u2028\u2029]/).slice(startLine - 1, lineNumber + LINES_AROUND),
    [source.source, startLine, lineNumber],
  );
  const remark = sourceRemark(source, instanceId);
  return (
    <>
      <SourceLines lines={lines} startLine={startLine} markedLine={lineNumber} />
      {remark !== null && (
        <p className="source-remark" data-testid="source-remark">
          {remark}
        </p>
      )}
    </>
  );
}

function Refused({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry: () => void;
}): ReactElement {
  if (!(error instanceof ApiError)) return <FailureNotice error={error} onRetry={onRetry} />;
  return (
    <div className="panel-actions source-ask" role="status" data-testid="no-source" data-code={error.code}>
      <p className="muted">{error.message}</p>
      <Button onClick={onRetry}>Try again</Button>
    </div>
  );
}

function Waiting(): ReactElement {
  return (
    <div className="panel-empty">
      <Skeleton lines={5} />
    </div>
  );
}
