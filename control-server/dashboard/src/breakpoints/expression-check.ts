import { parseCondition, parseExpression, parseLogMessage } from '../../../../src/protocol/condition.ts';
import type { BreakpointDraft } from './breakpoint-draft.ts';

/** Where a text stops making sense. */
export interface Mistake {
  readonly message: string;
  /** Offset in the text, in characters. */
  readonly position: number;
}

/** The mistakes in the texts of a form that the server and the agents parse; null where there is none. */
export interface DraftMistakes {
  readonly condition: Mistake | null;
  readonly logMessage: Mistake | null;
  /** One for each expression, in their order. */
  readonly captureExpressions: readonly (Mistake | null)[];
}

type Parse = (text: string) => { readonly ok: true } | ({ readonly ok: false } & Mistake);

/** Parses what was typed as the server will. A text that was left empty is none. */
export function draftMistakes(
  draft: Pick<BreakpointDraft, 'condition' | 'logMessage' | 'captureExpressions'>,
): DraftMistakes {
  return {
    condition: mistakeIn(draft.condition, parseCondition),
    logMessage: mistakeIn(draft.logMessage, parseLogMessage),
    captureExpressions: draft.captureExpressions.map((text) => mistakeIn(text, parseExpression)),
  };
}

/** True when nothing is wrong. */
export function isFaultless({ condition, logMessage, captureExpressions }: DraftMistakes): boolean {
  return [condition, logMessage, ...captureExpressions].every((mistake) => mistake === null);
}

/** As the server says it. */
export function mistakeWords({ message, position }: Mistake): string {
  return `${message.replace(/\.$/, '')}, at character ${position + 1}.`;
}

/** The text is parsed as it is saved, without the spaces around it; the position is that in what stands in the field. */
function mistakeIn(text: string, parse: Parse): Mistake | null {
  if (text.trim() === '') return null;
  const parsed = parse(text.trim());
  if (parsed.ok) return null;
  return { message: parsed.message, position: parsed.position + text.length - text.trimStart().length };
}
