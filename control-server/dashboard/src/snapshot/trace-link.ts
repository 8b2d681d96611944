/**
 * Where another tool shows a trace, by the template that an administrator set. Null without a template, and for anything
 * that would be no http(s) address.
 */
export function traceLink(template: string | null, traceId: string, spanId: string | null): string | null {
  if (template === null) return null;
  const address = template
    .replaceAll('{traceId}', () => encodeURIComponent(traceId))
    .replaceAll('{spanId}', () => encodeURIComponent(spanId ?? ''));
  if (!URL.canParse(address)) return null;
  return /^https?:$/.test(new URL(address).protocol) ? address : null;
}
