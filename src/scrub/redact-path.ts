import { ScrubOptionError } from './scrub-error.ts';

const MAX_LENGTH = 256;
const MAX_SEGMENTS = 10;
const SEGMENT = /(?:^|\.)([A-Za-z_$][\w$-]{0,63}|\*)|\[(\d{1,6}|\*|"[^"\\[\]`'\r\n]{1,64}")\]/y;
const PROTOTYPE_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** One step of a path: a key, an index as text, or `*` for each member. */
export type PathSegment = string;

/**
 * The steps of a path such as `user.card.number`, `items[*].token` or `headers["x-key"]`. fast-redact turns paths into
 * code, so only what this grammar accepts, written anew from its steps, ever reaches it.
 * @throws ScrubOptionError with the reason
 */
export function parseRedactPath(path: unknown): PathSegment[] {
  if (typeof path !== 'string' || path === '' || path.length > MAX_LENGTH || path.startsWith('.'))
    throw badPath(path);
  const expression = new RegExp(SEGMENT);
  const segments: PathSegment[] = [];
  let isWildcard = false;
  while (expression.lastIndex < path.length) {
    const match = expression.exec(path);
    if (match === null) throw badPath(path);
    const step = match[1] ?? match[2]!;
    if (step === '*') {
      // Beyond one wildcard fast-redact leaves values in clear (its issues 45, 57, 62, 71).
      if (isWildcard) throw unsupported(path, 'has more than one wildcard');
      isWildcard = true;
    }
    segments.push(step.startsWith('"') ? step.slice(1, -1) : step);
  }
  if (segments.length > MAX_SEGMENTS) throw unsupported(path, `has more than ${MAX_SEGMENTS} steps`);
  if (segments.some((segment) => PROTOTYPE_KEYS.has(segment)))
    throw unsupported(path, 'leads to a prototype');
  return segments;
}

/** The path in the one notation in which it is given to fast-redact. */
export function writeRedactPath(segments: readonly PathSegment[]): string {
  return segments.map((segment) => (segment === '*' ? '[*]' : `[${JSON.stringify(segment)}]`)).join('');
}

function badPath(path: unknown): ScrubOptionError {
  const shown = typeof path === 'string' ? JSON.stringify(path.slice(0, 80)) : typeof path;
  return new ScrubOptionError(
    'STILLFRAME_BAD_REDACT_PATH',
    `redactPaths: ${shown} is not a path. Write user.card.number, items[*].token or headers["x-key"].`,
  );
}

function unsupported(path: string, reason: string): ScrubOptionError {
  return new ScrubOptionError(
    'STILLFRAME_UNSUPPORTED_REDACT_PATH',
    `redactPaths: ${JSON.stringify(path)} ${reason}. Split it, or use redactNames, which applies at every depth.`,
  );
}
