import type { BreakpointErrorCode } from '../../../../src/protocol/agent-event.ts';
import { formatCount } from '../../../wording/quantity.ts';

/** What happened to a breakpoint that cannot capture, and what to do about it. */
export interface RefusalWords {
  /** Followed by the number of agents. */
  readonly title: string;
  readonly words: string;
}

const CODED: Readonly<Record<BreakpointErrorCode, (details: string) => RefusalWords>> = {
  costly_value: (details) => ({
    title: 'Disarmed',
    words:
      `Its variables held ${details === '' ? 'a value that is costly to read' : groupDigits(details)}. ` +
      'Capture a part of it, then switch the breakpoint off and on.',
  }),
  line_breakpoints_unsupported: () => ({
    title: 'Not possible',
    words:
      "This agent sets breakpoints by label only. Call captureSnapshot('label', …) at this line, and use that label.",
  }),
};

/** Texts of a breakpoint that an agent has to understand. */
const OWN_TEXT = /^(?:condition|log message|capture expression)\b/;

/** A reason as an agent gives it, for a person: a code with details behind a colon, or a text. */
export function refusalWords(reason: string): RefusalWords {
  const [code = '', ...details] = reason.split(':');
  if (isCode(code)) return CODED[code](details.join(':').trim());
  if (isLineCode(code) && details.length > 0) {
    return { title: 'Not possible', words: sentence(details.join(':').trim()) };
  }
  if (reason === '') return { title: 'Refused', words: 'The agent gave no reason.' };
  const words = sentence(reason);
  return { title: 'Refused', words: OWN_TEXT.test(reason) ? `${words} Change the breakpoint.` : words };
}

function isCode(text: string): text is BreakpointErrorCode {
  return Object.hasOwn(CODED, text);
}

/** Codes of line breakpoints come with whole sentences, the next step included. */
function isLineCode(code: string): boolean {
  return /^[a-z]+(?:_[a-z]+)+$/.test(code);
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? '' : '.');
}

function groupDigits(text: string): string {
  return text.replace(/\d{4,15}/g, (digits) => formatCount(Number(digits)));
}
