import { standardKeymap } from '@codemirror/commands';
import { bracketMatching, ensureSyntaxTree, syntaxTree } from '@codemirror/language';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, Text } from '@codemirror/state';
import type { Extension } from '@codemirror/state';
import {
  EditorView,
  drawSelection,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
} from '@codemirror/view';
import { drawMarks, lineMargin } from './line-margin.ts';
import type { LineMarks } from './line-margin.ts';
import type { LinePlace } from './line-place.ts';
import { linePlaces } from './line-places.ts';
import { languageOf } from './source-language.ts';
import { sourceTheme } from './source-theme.ts';

/** Where V8 ends a line: numbers of lines are those of the program. */
const LINE_END = /\r\n|[\n\r\u2028\u2029]/;

/** As long as the page may wait to tell a comment from code; what is not read by then passes for code. */
const PARSE_MS = 25;

/** A line on which the cursor stands. */
export interface CursorLine {
  /** 1-based. */
  readonly lineNumber: number;
  /** False for an empty line and one that only comments. */
  readonly hasCode: boolean;
  /** Where else on it a breakpoint can stand than at its first place. */
  readonly places: readonly LinePlace[];
}

/** What the editor tells the page. */
export interface SourceEditorEvents {
  /** The cursor is at a line, the first one to begin with. */
  readonly onLine: (line: CursorLine) => void;
  /** The margin of a line was clicked; with Shift, to say more about it. The cursor is there by now. */
  readonly onMargin: (line: CursorLine, wantsForm: boolean) => void;
}

/** A file that is read, never written. */
export interface SourceEditor {
  mark(marks: LineMarks): void;
  /** Puts the cursor at a line and the line in the middle. */
  goTo(lineNumber: number): void;
  focus(): void;
  destroy(): void;
}

/**
 * Shows a text in a shadow root: in a document the editor would write an inline style element, which the
 * Content-Security-Policy forbids.
 */
export function createSourceEditor(
  root: ShadowRoot,
  file: { readonly path: string; readonly text: string; readonly label: string },
  events: SourceEditorEvents,
): SourceEditor {
  const margin = lineMargin((lineNumber, wantsForm) => {
    putCursor(view, lineNumber);
    events.onMargin(cursorLine(view.state), wantsForm);
  });
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: Text.of(file.text.split(LINE_END)),
      extensions: [margin, reading(file.label), languageOf(file.path) ?? [], sourceTheme, following(events)],
    }),
  });
  events.onLine(cursorLine(view.state));
  return {
    mark: (marks) => view.dispatch({ effects: drawMarks(marks) }),
    goTo: (lineNumber) => {
      putCursor(view, lineNumber);
      showCursor(view);
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}

function reading(label: string): Extension {
  return [
    EditorState.readOnly.of(true),
    // No keyboard slides in on a touch screen, where nothing can be typed.
    EditorView.contentAttributes.of({
      'aria-label': label,
      'aria-readonly': 'true',
      inputmode: 'none',
      tabindex: '0',
    }),
    drawSelection(),
    highlightActiveLine(),
    highlightActiveLineGutter(),
    highlightSelectionMatches(),
    bracketMatching(),
    search({ top: true }),
    keymap.of([...searchKeymap, ...standardKeymap]),
  ];
}

function following({ onLine }: SourceEditorEvents): Extension {
  return EditorView.updateListener.of(({ state, selectionSet, startState }) => {
    if (!selectionSet) return;
    const before = startState.doc.lineAt(startState.selection.main.head).number;
    const line = cursorLine(state);
    if (line.lineNumber !== before) onLine(line);
  });
}

function putCursor(view: EditorView, lineNumber: number): void {
  const { doc } = view.state;
  view.dispatch({ selection: { anchor: doc.line(Math.max(1, Math.min(doc.lines, lineNumber))).from } });
}

/** Scrolls the text, and never the page around it, as the editor's own way does. */
function showCursor(view: EditorView): void {
  view.requestMeasure({
    read: () => {
      const { top, height } = view.lineBlockAt(view.state.selection.main.head);
      return top - (view.scrollDOM.clientHeight - height) / 2;
    },
    write: (topPx) => {
      view.scrollDOM.scrollTop = topPx;
    },
  });
}

/** The line of the cursor. */
function cursorLine(state: EditorState): CursorLine {
  const line = state.doc.lineAt(state.selection.main.head);
  const indent = line.text.search(/\S/);
  const tree = ensureSyntaxTree(state, line.to, PARSE_MS) ?? syntaxTree(state);
  const hasCode = indent !== -1 && !tree.resolveInner(line.from + indent, 1).name.endsWith('Comment');
  return { lineNumber: line.number, hasCode, places: hasCode ? linePlaces(state, line, tree) : [] };
}
