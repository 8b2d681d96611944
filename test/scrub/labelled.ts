/** A text in which ‹ › mark each span that has to go; ‹phone|…› marks one of another type than the list's own. */
export type LabelledText = string;

/** A value built twice: `secret` hands back what it was given for the input, and the marker for what is expected. */
export type LabelledValue = (secret: <T>(value: T) => T) => unknown;

const SPAN = /‹(?:([a-z_]+)\|)?([^›]*)›/gu;

/** The text as the application has it. */
export function textOf(labelled: LabelledText): string {
  return labelled.replace(SPAN, (_, __: string | undefined, secret: string) => secret);
}

/** The text as it has to leave. */
export function scrubbedTextOf(labelled: LabelledText, type: string): string {
  return labelled.replace(SPAN, (_, own: string | undefined) => `[REDACTED:${own ?? type}]`);
}

/** What must not survive of a text. */
export function secretsOf(labelled: LabelledText): string[] {
  return [...labelled.matchAll(SPAN)].map((match) => match[2] ?? '');
}

/** The value as the application has it. */
export function valueOf(labelled: LabelledValue): unknown {
  return labelled((value) => value);
}

/** The value as it has to leave. */
export function scrubbedValueOf(labelled: LabelledValue, type: string): unknown {
  return labelled(<T>() => `[REDACTED:${type}]` as T);
}
