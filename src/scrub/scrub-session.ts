import type { SecurityFlag } from '../protocol/snapshot.ts';
import { lineBreaksIn } from './line-breaks.ts';
import { roleOfKey } from './name-pairs.ts';
import { ERROR_MARKER, SEVERITY, UNSCANNED_MARKER } from './scrub-type.ts';
import type { ScrubType, Severity } from './scrub-type.ts';
import type { ScrubbedText, TextScrubber } from './scrub-text.ts';
import type { NameJudge, NameRule } from './sensitive-name.ts';
import { ScanBudgetExceeded } from './text-scan.ts';
import type { TextHint } from './text-scan.ts';

/** A text of this length is preceded by a look at the clock, shorter ones only now and then. */
const LONG_TEXT = 2_048;
const TEXTS_PER_CLOCK_READ = 32;
/** Times the budget that may pass by the clock: a scrub is one turn, and the host waits for it, whatever it waits for. */
const MAX_TURN_PER_BUDGET = 4;

/** What one key of an object says and becomes. */
export interface ScrubbedKey {
  readonly text: string;
  readonly types: readonly string[];
  readonly rule: NameRule;
  /** What the key is to the other members of its object. */
  readonly role: 'pair_value' | 'jwk_member' | null;
  /** True for most keys: they stay, and say nothing that makes their value a secret. */
  readonly isPlain: boolean;
}

/** What a session needs of its scrubber. */
export interface SessionTools {
  readonly texts: TextScrubber;
  readonly judge: NameJudge;
  readonly keys: KeyMemory;
  readonly cleanTexts: TextMemory;
  readonly disabled: ReadonlySet<ScrubType>;
  readonly severities: ReadonlyMap<string, Severity>;
  /** By what the budget is counted, in milliseconds. */
  readonly now: () => number;
  /** What passes, in milliseconds. */
  readonly clock: () => number;
  readonly budgetMs: number;
  /** What is found after so many flags is redacted all the same. */
  readonly maxFlags: number;
}

/** The keys that a scrubber has seen, at most so many: keys of a program repeat. */
export class KeyMemory {
  readonly #keys = new Map<string, ScrubbedKey>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get(key: string): ScrubbedKey | undefined {
    return this.#keys.get(key);
  }

  set(key: string, scrubbed: ScrubbedKey): void {
    if (key.length > 128) return;
    if (this.#keys.size >= this.#capacity) this.#keys.clear();
    this.#keys.set(key, scrubbed);
  }
}

/** Texts in which a scrubber found nothing, at most so many: files and functions of a program repeat. */
export class TextMemory {
  readonly #texts = new Set<string>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  has(text: string): boolean {
    return this.#texts.has(text);
  }

  add(text: string): void {
    if (text.length > 512) return;
    if (this.#texts.size >= this.#capacity) this.#texts.clear();
    this.#texts.add(text);
  }
}

/**
 * The scrubbing of one snapshot: its time budget and what it has found. Fails closed: a text on which a finder throws
 * becomes `[REDACTED:error]`, one for which no time is left `[REDACTED:unscanned]`.
 */
export class ScrubSession {
  readonly tools: SessionTools;
  readonly #flags = new Map<string, SecurityFlag>();
  readonly #deadline: number;
  readonly #endOfTurnMs: number;
  #isExhausted = false;
  #textsUntilClock = TEXTS_PER_CLOCK_READ;

  constructor(tools: SessionTools) {
    this.tools = tools;
    this.#deadline = tools.now() + tools.budgetMs;
    this.#endOfTurnMs = tools.clock() + MAX_TURN_PER_BUDGET * tools.budgetMs;
  }

  get flags(): SecurityFlag[] {
    return [...this.#flags.values()];
  }

  /** The text without what must not leave; null when it may leave as it is. */
  scrub(text: string, hint: TextHint = null, keepsLines = false): ScrubbedText | null {
    if (text.length < 2) return null;
    try {
      if (text.length >= LONG_TEXT || --this.#textsUntilClock <= 0) {
        this.#textsUntilClock = TEXTS_PER_CLOCK_READ;
        this.#checkBudget();
      }
      if (this.#isExhausted) return UNSCANNED;
      return this.tools.texts.scrub(text, hint, this.#checkBudget, keepsLines);
    } catch (error) {
      if (!(error instanceof ScanBudgetExceeded)) return FAILED;
      this.#isExhausted = true;
      return UNSCANNED;
    }
  }

  /** Lines of a program, as many as they were; null when they may leave as they are. */
  scrubLines(text: string): ScrubbedText | null {
    const scrubbed = this.scrub(text, null, true);
    // What failed as a whole has no lines any more.
    if (scrubbed !== FAILED && scrubbed !== UNSCANNED) return scrubbed;
    return { ...scrubbed, text: scrubbed.text + lineBreaksIn(text) };
  }

  /** The text without what must not leave, for one that the next snapshots are likely to have as well. */
  scrubRepeated(text: string): ScrubbedText | null {
    if (this.tools.cleanTexts.has(text)) return null;
    const scrubbed = this.scrub(text);
    if (scrubbed === null) this.tools.cleanTexts.add(text);
    return scrubbed;
  }

  /** The text as it may leave, with a flag for what was found. */
  scrubAt(path: string, text: string): string {
    const scrubbed = this.scrub(text);
    if (scrubbed === null) return text;
    for (const type of scrubbed.types) this.flag(type, path);
    return scrubbed.text;
  }

  key(key: string): ScrubbedKey {
    const known = this.tools.keys.get(key);
    if (known !== undefined) return known;
    const scrubbed = this.scrub(key);
    const rule = this.tools.judge.judge(key);
    const role = roleOfKey(key);
    const text = scrubbed?.text ?? key;
    const isPlain = text === key && rule.secret === null && role === null;
    const result: ScrubbedKey = { text, types: scrubbed?.types ?? [], rule, role, isPlain };
    if (scrubbed !== UNSCANNED) this.tools.keys.set(key, result);
    return result;
  }

  /** Says that something was redacted at `path`, each type once a place. */
  flag(type: string, path: string): void {
    if (this.#flags.size >= this.tools.maxFlags) return;
    const severity = SEVERITY[type as ScrubType] ?? this.tools.severities.get(type) ?? 'high';
    this.#flags.set(`${type} ${path}`, { type, severity, path });
  }

  readonly #checkBudget = (): void => {
    const isOver = this.tools.now() > this.#deadline || this.tools.clock() > this.#endOfTurnMs;
    if (isOver) throw new ScanBudgetExceeded();
  };
}

const FAILED: ScrubbedText = { text: ERROR_MARKER, types: ['error'], whole: 'error' };
const UNSCANNED: ScrubbedText = { text: UNSCANNED_MARKER, types: ['unscanned'], whole: 'unscanned' };
