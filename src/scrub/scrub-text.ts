import { apiKeyTriggers } from './api-key.ts';
import { assignmentTriggers, findShortStems } from './assignment.ts';
import { AWS_TRIGGERS } from './aws.ts';
import type { CustomPattern } from './custom-pattern.ts';
import { EMAIL_TRIGGERS, findEmails } from './email.ts';
import { foldLookAlikes } from './fold.ts';
import { JWT_TRIGGERS } from './jwt.ts';
import { lineBreaksIn } from './line-breaks.ts';
import { findNumbers } from './number-finder.ts';
import { oauthTriggers } from './oauth-token.ts';
import { PASSWORD_TRIGGERS } from './password.ts';
import { PRIVATE_KEY_TRIGGERS } from './private-key.ts';
import { MARKER_PATTERN, PRIORITY, SCRUB_TYPES, marker } from './scrub-type.ts';
import type { ScrubType } from './scrub-type.ts';
import type { NameJudge } from './sensitive-name.ts';
import { STRIPE_TRIGGERS } from './stripe-key.ts';
import { TextScan } from './text-scan.ts';
import type { Span, TextHint } from './text-scan.ts';
import { TriggerIndex } from './trigger-index.ts';
import type { TriggerHits } from './trigger-index.ts';

/** What a scrub made of a text. */
export interface ScrubbedText {
  readonly text: string;
  /** What was found, each type once; a custom pattern under its type. */
  readonly types: readonly string[];
  /** The type when one finding covers the whole text. */
  readonly whole: string | null;
}

/** Replaces what must not leave in texts. */
export interface TextScrubber {
  /**
   * Null when there is nothing to replace. Throws `ScanBudgetExceeded` when `checkBudget` does.
   * @param keepsLines the text is that of a program, and what is replaced leaves its line breaks behind
   */
  scrub(text: string, hint: TextHint, checkBudget: () => void, keepsLines?: boolean): ScrubbedText | null;
}

/** A text as the finders read it, and what they found in it. */
interface Found {
  readonly text: string;
  readonly spans: readonly Span[];
}

const NO_BREAKS: readonly string[] = [];
const NOTHING: Found = { text: '', spans: [] };
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

  const findSpans = (original: string, hint: TextHint, checkBudget: () => void, isCode: boolean): Found => {
    const hits = index.pass(original);
    if (isEmpty(hits) || (hits.count === 0 && isIdOrInstant(original))) return NOTHING;
    const text = prepare(original, hits.isAscii);
    const spans = findAll(text, text === original ? hits : index.pass(text), hint, checkBudget, isCode);
    return spans.length === 0 ? NOTHING : { text, spans };
  };

  /** The same for a text that is prepared. */
  const findAgain = (
    text: string,
    hint: TextHint,
    checkBudget: () => void,
    isCode: boolean,
  ): readonly Span[] => {
    const hits = index.pass(text);
    return isEmpty(hits) ? NOTHING.spans : findAll(text, hits, hint, checkBudget, isCode);
  };

  /** A marker is neither context nor value: it is blanked out, so that a second scrub finds nothing in it. */
  const prepare = (original: string, isAscii: boolean): string => {
    const text = isAscii ? original : foldLookAlikes(original);
    if (!text.includes('[REDACTED:')) return text;
    return text.replace(markers, (found) => '\u0001'.repeat(found.length));
  };

  const findAll = (
    text: string,
    hits: TriggerHits,
    hint: TextHint,
    checkBudget: () => void,
    isCode: boolean,
  ): readonly Span[] => {
    const { hasAt, isAscii } = hits;
    const numbers = hits.numberCount === 0 ? [] : hits.numbers.slice(0, hits.numberCount);
    const scan = new TextScan(text, hint, isCode);
    if (hits.count > 0) index.visit(scan, hits, checkBudget);
    if (!isAscii) {
      scan.nameCursor = 0;
      findShortStems(scan, judge);
    }
    if (hasAt && !disabledEmail) {
      scan.emailCursor = 0;
      findEmails(scan);
    }
    if (numbers.length > 0) findNumbers(scan, numbers, checkBudget);
    index.trim();
    return disabled.size === 0 ? scan.spans : scan.spans.filter((span) => !disabled.has(span.type));
  };

  const replaceAll = (
    original: string,
    found: Found,
    hint: TextHint,
    checkBudget: () => void,
    keepsLines: boolean,
  ): ScrubbedText | null => {
    let text = original;
    const types = new Set<string>();
    let whole: string | null = null;
    let { text: prepared, spans } = found;
    for (let pass = 0; spans.length > 0; pass++) {
      if (pass === MAX_PASSES) {
        text = marker('unscanned') + (keepsLines ? lineBreaksIn(text) : '');
        break;
      }
      const merged = mergeSpans(spans);
      for (const span of merged) types.add(span.type);
      if (pass === 0 && merged.length === 1 && coversWhole(text, merged[0]!)) whole = merged[0]!.type;
      const breaks = keepsLines
        ? merged.map(({ start, end }) => lineBreaksIn(text.slice(start, end)))
        : NO_BREAKS;
      text = splice(text, merged, breaks, marker);
      prepared = splice(prepared, merged, breaks, blank);
      spans = findAgain(prepared, hint, checkBudget, keepsLines);
    }
    for (const pattern of patterns) {
      checkBudget();
      const replaced = pattern.replaceIn(text, checkBudget, keepsLines);
      if (replaced === text) continue;
      types.add(pattern.type);
      text = replaced;
    }
    return types.size === 0 ? null : { text, types: [...types], whole };
  };

  return {
    scrub(text, hint, checkBudget, keepsLines = false) {
      const found = findSpans(text, hint, checkBudget, keepsLines);
      return found === NOTHING && patterns.length === 0
        ? null
        : replaceAll(text, found, hint, checkBudget, keepsLines);
    },
  };
}

/** Ids and times are every fourth text of most programs, and full of digits. */
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const INSTANT = /^\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d(?:\.\d{3})?Z$/;

function isIdOrInstant(text: string): boolean {
  if (text.length === 36) return UUID.test(text);
  return (text.length === 20 || text.length === 24) && INSTANT.test(text);
}

function isEmpty(hits: TriggerHits): boolean {
  return hits.count === 0 && hits.isAscii && hits.numberCount === 0 && !hits.hasAt;
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

/** @param breaks the line breaks behind each replacement; empty for none */
function splice(
  text: string,
  spans: readonly Span[],
  breaks: readonly string[],
  replacementOf: (type: ScrubType) => string,
): string {
  const parts: string[] = [];
  let at = 0;
  for (const [index, { start, end, type }] of spans.entries()) {
    if (start > at) parts.push(text.slice(at, start));
    parts.push(replacementOf(type));
    if (breaks.length > 0) parts.push(breaks[index]!);
    at = end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}

/** What finders read in place of each marker: as long, and nothing that is anything. */
const BLANKS = Object.fromEntries(
  SCRUB_TYPES.map((type) => [type, '\u0001'.repeat(marker(type).length)]),
) as Readonly<Record<ScrubType, string>>;

function blank(type: ScrubType): string {
  return BLANKS[type];
}

function coversWhole(text: string, span: Span): boolean {
  return text.slice(0, span.start).trim() === '' && text.slice(span.end).trim() === '';
}
