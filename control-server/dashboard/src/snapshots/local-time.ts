/** An instant as a `datetime-local` field has it: in the time of this browser, to the second. Empty for none. */
export function localOfInstant(instant: string): string {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return '';
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** The instant that a `datetime-local` field says. Empty for none. */
export function instantOfLocal(local: string): string {
  const date = new Date(local);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString();
}
