import { useQuery } from '@tanstack/react-query';
import { Suspense, useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import type { FileSource, SourceFile } from '../../../../src/protocol/api-source.ts';
import type { AgentSummary, BreakpointResource } from '../../../../src/protocol/api.ts';
import { BreakpointForm } from '../breakpoints/breakpoint-form.tsx';
import { usePendingDeletions } from '../breakpoints/pending-deletions.tsx';
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
  const [line, setLine] = useState<CursorLine>({ lineNumber: place.line ?? 1, hasCode: true });
  const [form, setForm] = useState<BreakpointResource | string | null>(null);
  const marks = useMemo(
    () => markLines({ path: file.path, root }, breakpoints, agents, pending, nowMs),
    [file.path, root, breakpoints, agents, pending, nowMs],
  );

  const mark = marks.get(line.lineNumber);
  const act = (lineNumber: number, hasCode: boolean, wantsForm: boolean): void => {
    const breakpoint = marks.get(lineNumber)?.breakpoint ?? null;
    const at = `${file.path}:${lineNumber}`;
    if (!mayChange || isBusy || (breakpoint === null && !hasCode)) return;
    if (wantsForm) setForm(breakpoint ?? at);
    else if (breakpoint === null) set(at);
    else deleteOrUndo(breakpoint);
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
        lineNumber={line.lineNumber}
        hasCode={line.hasCode}
        mark={mark}
        agents={agents}
        mayChange={mayChange}
        isBusy={isBusy}
        link={codePath(service, { ...place, file: file.path, line: line.lineNumber })}
        onToggle={() => actHere(false)}
        onForm={() => actHere(true)}
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
