import { useMemo, useState } from 'react';
import type { ReactElement } from 'react';
import { Link } from 'wouter';
import type { StackFrame } from '../../../../src/protocol/snapshot.ts';
import { toFunctionName } from '../../../wording/function-name.ts';
import { fullPlace, shortPlace } from '../../../wording/code-place.ts';
import { countOf } from '../../../wording/quantity.ts';
import { CopyButton } from '../ui/copy-button.tsx';
import { Icon } from '../ui/icons.tsx';
import { groupFrames, packageOf } from './stack-groups.ts';
import type { FrameGroup } from './stack-groups.ts';

/** How the program came here: the service's own code open, everything else folded until it is asked for. */
export function CallStack({
  frames,
  text,
  hrefOf,
}: {
  readonly frames: readonly StackFrame[];
  /** The stack as text, for clients that send no frames. */
  readonly text: string;
  /** Where the code of one of the service's own frames is shown. */
  readonly hrefOf: (frame: StackFrame) => string;
}): ReactElement {
  const groups = useMemo(() => groupFrames(frames), [frames]);
  if (frames.length === 0) {
    return text === '' ? (
      <p className="panel-empty">No stack was captured.</p>
    ) : (
      <pre className="stack-text" tabIndex={0}>
        {text}
      </pre>
    );
  }
  return (
    <ol className="stack" data-testid="call-stack">
      {groups.map((group, index) =>
        group.isOwn ? (
          group.frames.map((frame, at) => <Frame key={`${index}-${at}`} frame={frame} href={hrefOf(frame)} />)
        ) : (
          <FoldedFrames key={index} group={group} />
        ),
      )}
    </ol>
  );
}

function Frame({
  frame,
  href = null,
}: {
  readonly frame: StackFrame;
  readonly href?: string | null;
}): ReactElement {
  const { filePath, lineNumber, columnNumber } = frame;
  const place = fullPlace(filePath, lineNumber, columnNumber);
  const words = shortPlace(filePath, lineNumber, columnNumber);
  return (
    <li className={frame.origin === 'application' ? 'frame' : 'frame frame-other'}>
      <span className="frame-function">
        {frame.isAsync && <span className="frame-async">async </span>}
        {toFunctionName(frame.functionName)}
      </span>
      <span className="frame-place">
        {href === null || lineNumber === 0 ? (
          <span className="break-anywhere" title={place}>
            {words}
          </span>
        ) : (
          <Link href={href} className="break-anywhere place-link" title={`Browse Code: ${place}`}>
            {words}
          </Link>
        )}
        {frame.origin !== 'application' && <span className="frame-origin">{packageOf(frame)}</span>}
        <CopyButton compact label="Copy file and line" about={words} text={() => place} />
      </span>
    </li>
  );
}

function FoldedFrames({ group }: { readonly group: FrameGroup }): ReactElement {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <li className="frame-fold">
        <button type="button" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          <span className="value-arrow" data-open={isOpen}>
            <Icon name="chevron" size={12} />
          </span>
          {countOf(group.frames.length, 'frame')} in {group.summary}
        </button>
      </li>
      {isOpen && group.frames.map((frame, at) => <Frame key={at} frame={frame} />)}
    </>
  );
}
