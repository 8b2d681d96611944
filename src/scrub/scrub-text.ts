import { apiKeyTriggers } from './api-key.ts';
import { assignmentTriggers, findShortStems } from './assignment.ts';
import { AWS_TRIGGERS } from './aws.ts';
import type { CustomPattern } from './custom-pattern.ts';
import { EMAIL_TRIGGERS, findEmails } from './email.ts';
import { foldLookAlikes } from './fold.ts';
import { JWT_TRIGGERS } from './jwt.ts';
import { MIN_NUMBER_DIGITS, findNumbers } from './number-finder.ts';
import { oauthTriggers } from './oauth-token.ts';
import { PASSWORD_TRIGGERS } from './password.ts';
import { PRIVATE_KEY_TRIGGERS } from './private-key.ts';
import { MARKER_PATTERN, PRIORITY, marker } from './scrub-type.ts';
import type { ScrubType } from './scrub-type.ts';
import type { NameJudge } from './sensitive-name.ts';
import { STRIPE_TRIGGERS } from './stripe-key.ts';
import { TextScan } from './text-scan.ts';
import type { Span, TextHint } from './text-scan.ts';
import { TriggerIndex } from './trigger-index.ts';

/** What a scrub made of a text. */
export interface ScrubbedText {
  readonly text: string;
  /** What was found, each type once; a custom pattern under its name. */
  readonly types: readonly string[];
  /** The type when one finding covers the whole text. */
  readonly whole: string | null;
}

/** Replaces what must not leave in texts. */
export interface TextScrubber {
  /** Null when there is nothing to replace. Throws `ScanBudgetExceeded` when `checkBudget` does. */
  scrub(text: string, hint: TextHint, checkBudget: () => void): ScrubbedText | null;
}

/** After so many passes what is left of a text that still changes is given up as a whole. */
const MAX_PASSES = 4;

/** A scrubber of texts: folds, finds, merges, splices, until there is nothing left to find. */
export function createTextScrubber(options: {
  readonly judge: NameJudge;
  readonly disabled: ReadonlySet<ScrubType>;
  readonly patterns: readonly CustomPattern[];
}): TextScrubber {
  const { judge, disabled, patterns } = options;
  const index = new TriggerIndex([
    ...EMAIL_TRIGGERS,
    ...AWS_TRIGGERS,
    ...oauthTriggers(),
    ...STRIPE_TRIGGERS,
    ...assignmentTriggers(judge),
    ...PASSWORD_TRIGGERS,
    ...JWT_TRIGGERS,
    ...PRIVATE_KEY_TRIGGERS,
    ...apiKeyTriggers(),
  ]);
  const markers = new RegExp(MARKER_PATTERN, 'g');
  const disabledEmail = disabled.has('email');

  const findSpans = (original: string, hint: TextHint, checkBudget: () => void): readonly Span[] => {
    let text = original;
    let hits = index.pass(text);
    const hasMarker = text.includes('[REDACTED:');
    if (!hits.isAscii || hasMarker) {
      text = hits.isAscii ? text : foldLookAlikes(text);
      // A marker is neither context nor value: it is blanked out, so that a second scrub finds nothing in it.
      if (hasMarker) text = text.replace(markers, (found) => '\u0001'.repeat(found.length));
      if (text !== original) hits = index.pass(text);
    }
    const hasAt = !disabledEmail && text.includes('@');
    if (hits.pairs.length === 0 && hits.digits < MIN_NUMBER_DIGITS && !hasAt && hits.isAscii) return [];
    const scan = new TextScan(text, hint);
    index.visit(scan, hits, checkBudget);
    if (!hits.isAscii) {
      scan.nameCursor = 0;
      findShortStems(scan, judge);
    }
    if (hasAt) {
      scan.emailCursor = 0;
      findEmails(scan);
    }
    if (hits.digits >= MIN_NUMBER_DIGITS) findNumbers(scan, checkBudget);
    return disabled.size === 0 ? scan.spans : scan.spans.filter((span) => !disabled.has(span.type));
  };

  return {
    scrub(original, hint, checkBudget) {
      let text = original;
      const types = new Set<string>();
      let whole: string | null = null;
      let spans = findSpans(text, hint, checkBudget);
      for (let pass = 0; spans.length > 0; pass++) {
        if (pass === MAX_PASSES) {
          text = marker('unscanned');
          break;
        }
        const merged = mergeSpans(spans);
        for (const span of merged) types.add(span.type);
        if (pass === 0 && merged.length === 1 && coversWhole(text, merged[0]!)) whole = merged[0]!.type;
        text = splice(text, merged);
        spans = findSpans(text, hint, checkBudget);
      }
      for (const pattern of patterns) {
        checkBudget();
        const replaced = pattern.replaceIn(text, checkBudget);
        if (replaced === text) continue;
        types.add(pattern.name);
        text = replaced;
      }
      return types.size === 0 ? null : { text, types: [...types], whole };
    },
  };
}

/** Overlapping spans as one, under the type of highest priority. */
function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last === undefined || span.start >= last.end) merged.push(span);
    else {
      merged[merged.length - 1] = {
        start: last.start,
        end: Math.max(last.end, span.end),
        type: PRIORITY[span.type] < PRIORITY[last.type] ? span.type : last.type,
      };
    }
  }
  return merged;
}

function splice(text: string, spans: readonly Span[]): string {
  let spliced = '';
  let at = 0;
  for (const { start, end, type } of spans) {
    spliced += text.slice(at, start) + marker(type);
    at = end;
  }
  return spliced + text.slice(at);
}

function coversWhole(text: string, span: Span): boolean {
  return text.slice(0, span.start).trim() === '' && text.slice(span.end).trim() === '';
}
