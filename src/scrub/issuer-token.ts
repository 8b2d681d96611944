import { isPlaceholder } from './randomness.ts';
import type { ScrubType } from './scrub-type.ts';
import type { Trigger } from './text-scan.ts';

/** A token that its issuer marks by a prefix. */
export interface IssuerFormat {
  /** What the token begins with; where a search starts. */
  readonly prefix: string;
  /** What follows the prefix: bounded, without nested or overlapping quantifiers. */
  readonly body: string;
  /** True when upper and lower case are the same, for hexadecimal and host names. */
  readonly caseless?: boolean;
  /** The part to replace, when it is not the whole token: what stands before it is kept. */
  readonly keep?: string;
}

/** From this length on the text of a token is not read again from each prefix in it. */
const LONG_TOKEN = 128;

/** What common tokens begin with: behind a token it is the next one, that was pasted without anything between. */
const NEXT_TOKEN = 'gh[oprsu]_|glpat-|xox[abp]-|sk[-_]|[rp]k_live_|whsec_|AIza|AKIA|ASIA|eyJ|SG\\.|hf_|npm_';

const STARTS_NEXT_TOKEN = new RegExp(`^(?:${NEXT_TOKEN})`);
/** Units that tell one of them. */
const MAX_START = 8;

/** True where another token begins right behind one, with nothing between. */
export function isNextToken(text: string, at: number): boolean {
  return STARTS_NEXT_TOKEN.test(text.slice(at, at + MAX_START));
}

/** One trigger a format. The compiled expressions belong to the caller: they hold a position while they match. */
export function issuerTriggers(formats: readonly IssuerFormat[], type: ScrubType): Trigger[] {
  return formats.map(({ prefix, body, caseless = false, keep = '' }) => {
    const expression = new RegExp(
      `${escapeExpression(prefix)}(${keep})(?:${body})(?:(?![A-Za-z0-9_])|(?=${NEXT_TOKEN}))`,
      caseless ? 'iy' : 'y',
    );
    return {
      literal: caseless ? prefix.toLowerCase() : prefix,
      caseless,
      find(scan, at) {
        if (scan.isInLongToken(expression, at) || !scan.startsToken(at)) return;
        expression.lastIndex = at;
        const match = expression.exec(scan.text);
        if (match === null) return;
        const kept = at + prefix.length + match[1]!.length;
        if (isPlaceholder(scan.text.slice(kept, at + match[0].length))) return;
        const start = keep === '' ? at : kept;
        const end = at + match[0].length;
        scan.add(start, match[0].length < LONG_TOKEN ? end : scan.endOfLongToken(expression, end), type);
      },
    };
  });
}

function escapeExpression(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
