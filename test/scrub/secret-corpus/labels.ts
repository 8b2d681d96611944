import { copyValue } from '../../../src/copy/copy-value.ts';
import { HARD_LIMITS } from '../../../src/protocol/limits.ts';

const LABEL = /«(?:([a-z_]+)::)?([^«»]*)»/g;
const NUMBER = /^«#([^»]*)»$/;
/** Characters of a long secret that must not survive in a row. */
const MIN_TRACE = 5;

/** The value without its labels, as the program has it. */
export function inputOf(labelled: unknown): unknown {
  return replaceTexts(labelled, (text) => {
    const number = NUMBER.exec(text);
    return number === null ? text.replace(LABEL, '$2') : Number(number[1]);
  });
}

/** The value as JSON, as it must come out when nothing is found in it. */
export function expectedOf(value: unknown): string {
  return JSON.stringify(typeof value === 'string' ? value : copyValue(value, HARD_LIMITS).value);
}

/** What may come out of the labelled values, with markers that do not say their type. */
export function outcomesOf(labelled: readonly unknown[]): string[] {
  return labelled.map((value) =>
    expectedOf(replaceTexts(value, (text) => text.replace(LABEL, '[REDACTED]'))),
  );
}

/** True when a third of one of the labelled secrets, or more, is still in what came out. */
export function isSecretIn(labelled: unknown, got: string): boolean {
  const secrets: string[] = [];
  replaceTexts(labelled, (text) => {
    for (const match of text.matchAll(LABEL)) secrets.push(match[2]!.replace(/^#/, ''));
    return text;
  });
  return secrets.some((secret) => {
    const escaped = JSON.stringify(secret).slice(1, -1);
    if (escaped === '') return false;
    const length = Math.min(escaped.length, Math.max(MIN_TRACE, Math.floor(escaped.length / 3)));
    for (let at = 0; at + length <= escaped.length; at++) {
      if (got.includes(escaped.slice(at, at + length))) return true;
    }
    return false;
  });
}

/** The same value with every text in it replaced, keys and bytes too. */
function replaceTexts(value: unknown, replace: (text: string) => unknown): unknown {
  if (typeof value === 'string') return replace(value);
  if (typeof value !== 'object' || value === null || value instanceof URL || value instanceof Headers)
    return value;
  if (Buffer.isBuffer(value)) return Buffer.from(String(replace(value.toString())));
  if (Array.isArray(value)) return value.map((each: unknown) => replaceTexts(each, replace));
  if (value instanceof Map)
    return new Map(
      [...value].map(([key, each]) => [replaceTexts(key, replace), replaceTexts(each, replace)]),
    );
  if (value instanceof Set) return new Set([...value].map((each) => replaceTexts(each, replace)));
  const replaced: Record<PropertyKey, unknown> = {};
  for (const key of Reflect.ownKeys(value)) {
    const name = typeof key === 'string' ? String(replace(key)) : key;
    replaced[name] = replaceTexts((value as Record<PropertyKey, unknown>)[key], replace);
  }
  return replaced;
}
