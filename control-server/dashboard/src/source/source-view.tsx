import { useEffect, useLayoutEffect, useRef } from 'react';
import type { ReactElement } from 'react';
import type { LineMarks } from './line-margin.ts';
import { createSourceEditor } from './source-editor.ts';
import type { SourceEditor, SourceEditorEvents } from './source-editor.ts';

/** What is shown; another path or text is another file, from its beginning. */
export interface SourceViewProps extends SourceEditorEvents {
  readonly path: string;
  readonly text: string;
  readonly marks: LineMarks;
  /** Where the cursor begins and goes to when it changes; null leaves it where it is. */
  readonly lineNumber: number | null;
  /** Takes the focus once it is there: the person asked for this file. */
  readonly takesFocus: boolean;
}

/** A file to read, with its margin. Loaded when a file is first shown. */
export function SourceView({
  path,
  text,
  marks,
  lineNumber,
  takesFocus,
  onLine,
  onMargin,
}: SourceViewProps): ReactElement {
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<SourceEditor | null>(null);
  const events = useRef<SourceEditorEvents>({ onLine, onMargin });
  const wantsFocus = useRef(takesFocus);
  useLayoutEffect(() => {
    events.current = { onLine, onMargin };
    wantsFocus.current = takesFocus;
  });

  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const created = createSourceEditor(
      element.shadowRoot ?? element.attachShadow({ mode: 'open' }),
      { path, text, label: `Source of ${path}` },
      {
        onLine: (line) => events.current.onLine(line),
        onMargin: (line, wantsForm) => events.current.onMargin(line, wantsForm),
      },
    );
    editor.current = created;
    if (wantsFocus.current) created.focus();
    return () => {
      editor.current = null;
      created.destroy();
    };
  }, [path, text]);
  useEffect(() => editor.current?.mark(marks), [marks, path, text]);
  useEffect(() => {
    if (lineNumber !== null) editor.current?.goTo(lineNumber);
  }, [lineNumber, path, text]);

  return <div ref={host} className="source-view" data-testid="source-view" />;
}
