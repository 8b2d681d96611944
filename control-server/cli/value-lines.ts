import type { ValueMark } from '../../src/protocol/value-mark.ts';
import type { JsonValue } from '../../src/protocol/json.ts';
import type { VariableScope } from '../../src/protocol/variable-scope.ts';
import { missingWords } from '../wording/missing-words.ts';
import { splitRedactions } from '../wording/redaction.ts';
import { scopeGroups } from '../wording/scope-groups.ts';
import { buildValueTree } from '../wording/value-node.ts';
import type { ValueNode } from '../wording/value-node.ts';
import { leafWords, typeName } from '../wording/value-words.ts';
import { toPlainLine } from './plain-text.ts';
import type { Terminal } from './terminal.ts';

/** Captured values, with what the agent says of them. */
export interface CapturedValues {
  readonly values: JsonValue;
  readonly marks: readonly ValueMark[];
  /** Of a line breakpoint; each then stands under its title. */
  readonly scopes?: readonly VariableScope[] | undefined;
}

const STEP = '  ';

/** Captured values as an indented tree, a line each, in the words of the dashboard; nothing in it moves a terminal. */
export function formatValues({ values, marks, scopes }: CapturedValues, { paint }: Paints): string[] {
  const root = buildValueTree(values, marks);
  if (root.children.length === 0) return [STEP + wordsOf(root, paint)];
  return scopeGroups(root, scopes).flatMap(({ title, root: group }) => {
    if (title === '') return childLines(group, STEP, paint);
    return [STEP + paint('dim', title), ...childLines(group, STEP + STEP, paint)];
  });
}

type Paints = Pick<Terminal, 'paint'>;

function childLines(parent: ValueNode, indent: string, paint: Terminal['paint']): string[] {
  return parent.children.flatMap((node) => [
    `${indent}${nameOf(node, paint)} ${wordsOf(node, paint)}`.trimEnd(),
    ...childLines(node, indent + STEP, paint),
  ]);
}

function nameOf({ name, nameKind }: ValueNode, paint: Terminal['paint']): string {
  const text = toPlainLine(name);
  return nameKind === 'entry' ? `${paint('cyan', text)} =>` : `${paint('cyan', text)}:`;
}

/** What stands there, of which type where that does not show, and what is missing. */
function wordsOf(node: ValueNode, paint: Terminal['paint']): string {
  const type = typeName(node);
  const missing = missingWords(node);
  return [
    node.children.length === 0 ? leafOf(node, paint) : '',
    type === null ? '' : paint('dim', toPlainLine(type)),
    missing === null ? '' : paint('yellow', `← ${toPlainLine(missing)}`),
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function leafOf(node: ValueNode, paint: Terminal['paint']): string {
  const { text, voice } = leafWords(node);
  // In quotation marks and with its escapes, so that a text is never taken for a remark of ours.
  const shown = toPlainLine(voice === 'string' ? JSON.stringify(text) : text);
  if (voice === 'remark') return paint('dim', shown);
  return splitRedactions(shown)
    .map((piece) => (piece.kind === 'text' ? piece.text : paint('yellow', `[REDACTED:${piece.type}]`)))
    .join('');
}
