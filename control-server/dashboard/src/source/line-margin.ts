import { RangeSet, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import type { EditorState, Extension } from '@codemirror/state';
import { Decoration, EditorView, GutterMarker, WidgetType, gutter, lineNumbers } from '@codemirror/view';
import type { BlockInfo, DecorationSet } from '@codemirror/view';
import type { ColumnMark, LineMark } from './line-mark.ts';
import { drawMark } from './mark-drawing.ts';

/** Marks by line; replaces all that were there. */
export type LineMarks = ReadonlyMap<number, LineMark>;

interface Margin {
  readonly marks: LineMarks;
  readonly drawings: RangeSet<GutterMarker>;
  /** Labels behind their lines, and marks in front of columns. */
  readonly inline: DecorationSet;
}

const setMarks = StateEffect.define<LineMarks>();

const margin = StateField.define<Margin>({
  create: () => ({ marks: new Map(), drawings: RangeSet.empty, inline: Decoration.none }),
  update(value, transaction) {
    const given = transaction.effects.find((effect) => effect.is(setMarks));
    const marks = given === undefined ? value.marks : given.value;
    return given === undefined && !transaction.docChanged ? value : place(marks, transaction.state);
  },
  provide: (field) => EditorView.decorations.from(field, ({ inline }) => inline),
});

/** The margin with line numbers and marks, and the labels behind their lines. `onClick` is told the line. */
export function lineMargin(onClick: (lineNumber: number, wantsForm: boolean) => void): Extension {
  const click = (view: EditorView, line: BlockInfo, event: Event): boolean => {
    if (!(event instanceof MouseEvent) || event.button !== 0) return false;
    onClick(view.state.doc.lineAt(line.from).number, event.shiftKey);
    // Keeps the browser from taking the focus away from where one is.
    event.preventDefault();
    return true;
  };
  return [
    margin,
    gutter({
      class: 'cm-marks',
      markers: (view) => view.state.field(margin).drawings,
      domEventHandlers: { mousedown: click },
    }),
    lineNumbers({ domEventHandlers: { mousedown: click } }),
  ];
}

/** The change that draws these marks. */
export function drawMarks(marks: LineMarks): StateEffect<LineMarks> {
  return setMarks.of(marks);
}

class MarkDrawing extends GutterMarker {
  readonly #mark: LineMark;
  constructor(mark: LineMark) {
    super();
    this.#mark = mark;
  }
  override eq(other: GutterMarker): boolean {
    return (
      other instanceof MarkDrawing &&
      other.#mark.state === this.#mark.state &&
      other.#mark.title === this.#mark.title
    );
  }
  override toDOM(): Node {
    return drawMark(this.#mark);
  }
}

class LabelNames extends WidgetType {
  readonly #names: readonly string[];
  constructor(names: readonly string[]) {
    super();
    this.#names = names;
  }
  override eq(other: LabelNames): boolean {
    return other.#names.join('\n') === this.#names.join('\n');
  }
  override toDOM(): HTMLElement {
    const names = document.createElement('span');
    names.className = 'cm-labels';
    for (const name of this.#names) {
      const chip = document.createElement('span');
      chip.className = 'cm-label';
      chip.textContent = name;
      names.append(chip);
    }
    return names;
  }
}

class ColumnDrawing extends WidgetType {
  readonly #mark: ColumnMark;
  constructor(mark: ColumnMark) {
    super();
    this.#mark = mark;
  }
  override eq(other: ColumnDrawing): boolean {
    return other.#mark.state === this.#mark.state && other.#mark.title === this.#mark.title;
  }
  override toDOM(): HTMLElement {
    return drawMark(this.#mark);
  }
}

function place(marks: LineMarks, state: EditorState): Margin {
  const drawings = new RangeSetBuilder<GutterMarker>();
  const inline = new RangeSetBuilder<Decoration>();
  for (const mark of [...marks.values()].toSorted((a, b) => a.lineNumber - b.lineNumber)) {
    // What runs may be another version of the file than the one in which the breakpoint was set.
    if (mark.lineNumber > state.doc.lines) continue;
    const line = state.doc.line(mark.lineNumber);
    drawings.add(line.from, line.from, new MarkDrawing(mark));
    for (const column of mark.columns) {
      const at = Math.min(line.from + column.columnNumber - 1, line.to);
      inline.add(at, at, Decoration.widget({ widget: new ColumnDrawing(column), side: -1 }));
    }
    if (mark.labelNames.length > 0) {
      inline.add(line.to, line.to, Decoration.widget({ widget: new LabelNames(mark.labelNames), side: 1 }));
    }
  }
  return { marks, drawings: drawings.finish(), inline: inline.finish() };
}
