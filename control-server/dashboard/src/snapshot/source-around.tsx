import { useState } from 'react';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { FrameSource } from '../../../../src/protocol/frame-source.ts';
import type { SnapshotResource } from '../../../../src/protocol/api.ts';
import type { StackFrame } from '../../../../src/protocol/snapshot.ts';
import { codePath } from '../code/code-place.ts';
import type { ServiceAddress } from '../routes.ts';
import { toFunctionName } from '../../../wording/function-name.ts';
import { shortPlace } from '../../../wording/code-place.ts';
import { RunningLines } from './running-lines.tsx';
import { Section } from './section.tsx';
import { SourceLines } from './source-lines.tsx';

/** The lines around the place: as the process showed them when it captured, else as it runs now, when one asks. */
export function SourceAround({
  snapshot,
  service,
}: {
  readonly snapshot: SnapshotResource;
  readonly service: ServiceAddress;
}): ReactElement | null {
  const { filePath, lineNumber } = snapshot;
  if (filePath === '' || lineNumber < 1) return null;
  const captured = (snapshot.source ?? []).flatMap((source) => {
    const frame = snapshot.frames[source.frame];
    return frame === undefined ? [] : [{ source, frame }];
  });
  return (
    <Section
      title="Source"
      id="source"
      note={captured.length > 0 ? 'as it was captured' : ''}
      actions={
        <Link
          className="button button-quiet"
          href={codePath(service, { file: filePath, line: lineNumber, instance: null })}
          data-testid="browse-code"
        >
          Browse Code
        </Link>
      }
    >
      {captured.length > 0 ? (
        <CapturedLines captured={captured} />
      ) : (
        <RunningLines snapshot={snapshot} service={service} />
      )}
    </Section>
  );
}

function CapturedLines({
  captured,
}: {
  readonly captured: readonly { readonly source: FrameSource; readonly frame: StackFrame }[];
}): ReactElement {
  const [at, setAt] = useState(0);
  const shown = captured[at] ?? captured[0];
  return (
    <>
      {captured.length > 1 && (
        <div className="source-frames" role="group" aria-label="Frame">
          {captured.map(({ frame, source }, index) => (
            <button
              key={source.frame}
              type="button"
              className="source-frame"
              aria-pressed={index === at}
              onClick={() => setAt(index)}
            >
              {toFunctionName(frame.functionName)}
              <span className="faint">{shortPlace(frame.filePath, frame.lineNumber)}</span>
            </button>
          ))}
        </div>
      )}
      {shown !== undefined && (
        <SourceLines
          lines={shown.source.lines}
          startLine={shown.source.startLine}
          markedLine={shown.frame.lineNumber}
        />
      )}
    </>
  );
}
