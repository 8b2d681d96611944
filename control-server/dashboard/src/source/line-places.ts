import type { syntaxTree } from '@codemirror/language';
import type { EditorState, Line } from '@codemirror/state';
import type { LinePlace } from './line-place.ts';

type Tree = ReturnType<typeof syntaxTree>;
type Node = Parameters<Parameters<Tree['iterate']>[0]['enter']>[0];

/** More than anybody chooses from; a line of a bundle has thousands. */
const MAX_PLACES = 12;
const MAX_TEXT_CHARS = 48;

/** Statements that do something by themselves: where a program can be looked at. */
const STATEMENTS: ReadonlySet<string> = new Set([
  'ExpressionStatement',
  'ReturnStatement',
  'ThrowStatement',
  'IfStatement',
  'ForStatement',
  'WhileStatement',
  'DoStatement',
  'SwitchStatement',
]);

/**
 * Where else than at its first place a line can be captured: the statements that follow on it, and the bodies of functions
 * that stand in it. An agent takes the first place at or behind a column, so that the beginning of each is enough.
 */
export function linePlaces(state: EditorState, line: Line, tree: Tree): readonly LinePlace[] {
  // What was taken out of the line was not as long as what stands there now.
  if (line.text.includes('[REDACTED:')) return [];
  const places = new Map<number, LinePlace>();
  const firstAt = line.from + line.text.search(/\S/);
  tree.iterate({
    from: line.from,
    to: line.to,
    enter(node) {
      if (places.size >= MAX_PLACES) return false;
      const part = captured(node);
      if (part === null || part.from <= firstAt || part.from >= line.to || places.has(part.from)) return;
      const text = state.sliceDoc(part.from, Math.min(part.to, line.to));
      places.set(part.from, {
        columnNumber: part.from - line.from + 1,
        text: text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS)}…` : text,
      });
    },
  });
  return [...places.values()].toSorted((a, b) => a.columnNumber - b.columnNumber);
}

/** What of a node a capture can stand in front of; null when there is nothing. */
function captured({ name, node }: Node): { readonly from: number; readonly to: number } | null {
  if (STATEMENTS.has(name)) return node;
  // Without a value nothing happens there.
  if (name === 'VariableDeclaration') return node.getChild('Equals') === null ? null : node;
  if (name !== 'ArrowFunction') return null;
  const body = node.lastChild;
  return body === null || body.name === 'Block' ? null : body;
}
