import { useQuery } from '@tanstack/react-query';
import { Suspense, useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import type { FileSource, SourceFile } from '../../../../src/protocol/api-source.ts';
import type { AgentSummary, BreakpointResource } from '../../../../src/protocol/api.ts';
import { BreakpointForm } from '../breakpoints/breakpoint-form.tsx';
import { usePendingDeletions } from '../breakpoints/pending-deletions.tsx';
import { effectiveStop } from '../kill-switch/effective-stop.ts';
import { killSwitchesQuery } from '../queries.ts';
import type { ServiceAddress } from '../routes.ts';
import { useMayChange } from '../session/session-gate.tsx';
import type { CursorLine } from '../source/source-editor.ts';
import { useNowMs } from '../ui/clock.tsx';
import { lazyPart } from '../ui/lazy-part.ts';
import { Skeleton } from '../ui/notice.tsx';
import { useCodeKeys } from './code-keys.ts';
import { codePath } from './code-place.ts';
import type { CodePlace } from './code-place.ts';
import { CodeProblem } from './code-problem.tsx';
import { FileFacts } from './file-facts.tsx';
import { LineBar, useDeletion } from './line-bar.tsx';
import { markLines } from './line-marks.ts';
import { useSetBreakpoint } from './set-breakpoint.ts';
import { fileSourceQuery } from './source-api.ts';

// The editor is larger than all the rest of the dashboard, and most visits never see it.
const SourceView = lazyPart(async () => (await import('../source/source-view.tsx')).SourceView);

/** What a file is shown with. */
export interface FileViewProps {
  readonly service: ServiceAddress;
  readonly file: SourceFile;
  readonly root: string;
  readonly place: CodePlace;
  readonly breakpoints: readonly BreakpointResource[];
  readonly agents: readonly AgentSummary[];
  /** The person chose this file here, instead of coming by a link. */
  readonly isChosen: boolean;
}

/** One file as it runs, or what stands in the way. */
export function FileView(props: FileViewProps): ReactElement {
  const { service, file, place } = props;
  const source = useQuery(fileSourceQuery(service, file.id, place.instance));
  if (source.data !== undefined) return <LoadedFile {...props} source={source.data} />;
  return source.isError ? (
    <CodeProblem error={source.error} onRetry={() => void source.refetch()} />
  ) : (
    <div className="panel-empty">
      <Skeleton lines={14} />
    </div>
  );
}

function LoadedFile({
  service,
  file,
  root,
  place,
  breakpoints,
  agents,
  isChosen,
  source,
}: FileViewProps & { readonly source: FileSource }): ReactElement {
  const mayChange = useMayChange();
  const nowMs = useNowMs();
  const { pending } = usePendingDeletions();
  const deleteOrUndo = useDeletion();
  const { set, isBusy } = useSetBreakpoint(service);
  const [line, setLine] = useState<CursorLine>({ lineNumber: place.line ?? 1, hasCode: true, places: [] });
  const { data: switches = [] } = useQuery(killSwitchesQuery);
  const stop = effectiveStop(switches, service);
  const isStopped = stop.global !== null || stop.service.length > 0;
  const [form, setForm] = useState<BreakpointResource | string | null>(null);
  const marks = useMemo(
    () => markLines({ path: file.path, root }, breakpoints, agents, pending, isStopped, nowMs),
    [file.path, root, breakpoints, agents, pending, isStopped, nowMs],
  );

  const mark = marks.get(line.lineNumber);
  const act = (lineNumber: number, hasCode: boolean, wantsForm: boolean): void => {
    const placed = marks.get(lineNumber)?.placed ?? [];
    const at = `${file.path}:${lineNumber}`;
    if (!mayChange || isBusy || (placed.length === 0 && !hasCode)) return;
    if (wantsForm) setForm(placed[0]?.breakpoint ?? at);
    else if (placed.length === 0) set(at);
    else deleteOrUndo(placed);
  };
  const togglePlace = (columnNumber: number | null): void => {
    const there = (mark?.placed ?? []).filter(
      ({ breakpoint }) => (breakpoint.columnNumber ?? null) === columnNumber,
    );
    const column = columnNumber === null ? '' : `:${columnNumber}`;
    if (there.length > 0) deleteOrUndo(there);
    else set(`${file.path}:${line.lineNumber}${column}`);
  };
  const actHere = (wantsForm: boolean): void => act(line.lineNumber, line.hasCode, wantsForm);
  useCodeKeys({ toggle: actHere });

  return (
    <>
      <FileFacts file={file} source={source} place={place} />
      <Suspense fallback={<Skeleton lines={14} />}>
        <SourceView
          path={file.path}
          text={source.source}
          marks={marks}
          lineNumber={place.line}
          takesFocus={isChosen}
          onLine={setLine}
          onMargin={({ lineNumber, hasCode }, wantsForm) => act(lineNumber, hasCode, wantsForm)}
        />
      </Suspense>
      <LineBar
        service={service}
        line={line}
        mark={mark}
        agents={agents}
        mayChange={mayChange}
        isBusy={isBusy}
        link={codePath(service, { ...place, file: file.path, line: line.lineNumber })}
        onToggle={() => actHere(false)}
        onPlace={togglePlace}
        onForm={() => actHere(true)}
        onChange={setForm}
      />
      {form !== null && (
        <BreakpointForm
          service={service}
          breakpoint={typeof form === 'string' ? null : form}
          at={typeof form === 'string' ? form : null}
          onClose={() => setForm(null)}
        />
      )}
    </>
  );
}
