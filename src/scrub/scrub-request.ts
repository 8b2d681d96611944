import { createJsonObject } from '../copy/json-object.ts';
import type { JsonObject, JsonValue } from '../protocol/json.ts';
import type { RequestContext } from '../protocol/snapshot.ts';
import { isTemplateOrMask } from './assigned-value.ts';
import type { ScrubSession } from './scrub-session.ts';
import { marker } from './scrub-type.ts';
import { scrubValue } from './scrub-value.ts';

/** Headers that carry credentials: redacted whatever the lists of names say. */
const ALWAYS: ReadonlySet<string> = new Set([
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'x-api-key',
  'x-auth-token',
  'x-amz-security-token',
  'x-csrf-token',
  'x-xsrf-token',
]);

/** Longest part of a query string that is taken apart; the finders for texts see all of it. */
const MAX_QUERY = 16_384;

/** The request without what must not leave. IP address and user agent stay. */
export function scrubRequest(request: RequestContext, session: ScrubSession): RequestContext {
  const base = 'requestContext';
  return {
    method: session.scrubAt(`${base}/method`, request.method),
    path: scrubUrl(request.path, session, `${base}/path`),
    url: scrubUrl(request.url, session, `${base}/url`),
    ip: session.scrubAt(`${base}/ip`, request.ip),
    userAgent: session.scrubAt(`${base}/userAgent`, request.userAgent),
    query: scrubMembers(request.query, session, `${base}/query`),
    headers: scrubMembers(
      scrubCredentials(request.headers, session, `${base}/headers`),
      session,
      `${base}/headers`,
    ),
  };
}

function scrubMembers(members: JsonObject, session: ScrubSession, base: string): JsonObject {
  const { value } = scrubValue({ value: members, marks: [] }, session, base);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function scrubCredentials(headers: JsonObject, session: ScrubSession, base: string): JsonObject {
  const scrubbed = createJsonObject();
  for (const name of Object.keys(headers)) {
    const value: JsonValue = headers[name]!;
    const isEmpty = value === null || value === '' || (typeof value === 'string' && isTemplateOrMask(value));
    if (isEmpty || !ALWAYS.has(name.toLowerCase())) scrubbed[name] = value;
    else {
      scrubbed[name] = marker('sensitive_name');
      session.flag('sensitive_name', `${base}/${name}`);
    }
  }
  return scrubbed;
}

/** A URL: what the finders see in the text, then each parameter by its name and by its decoded value. */
export function scrubUrl(url: string, session: ScrubSession, path: string): string {
  const text = session.scrubAt(path, url);
  const start = text.search(/[?#]/);
  if (start === -1 || text.length - start > MAX_QUERY) return text;
  const parts = text.slice(start).split(/([?&#;])/);
  const scrubbed = parts.map((part) => (part.includes('=') ? scrubParameter(part, session, path) : part));
  return text.slice(0, start) + scrubbed.join('');
}

function scrubParameter(parameter: string, session: ScrubSession, path: string): string {
  const equals = parameter.indexOf('=');
  const value = parameter.slice(equals + 1);
  if (value === '' || isTemplateOrMask(value)) return parameter;
  const { rule } = session.key(decode(parameter.slice(0, equals)));
  const isNumber = /^\d+$/.test(value);
  if (
    rule.secret !== null &&
    !session.tools.disabled.has('sensitive_name') &&
    !(rule.keepsNumbers && isNumber)
  ) {
    session.flag('sensitive_name', path);
    return `${parameter.slice(0, equals + 1)}${marker('sensitive_name')}`;
  }
  const decoded = decode(value);
  const found = decoded === value && rule.hint === null ? null : session.scrub(decoded, rule.hint);
  if (found === null) return parameter;
  for (const type of found.types) session.flag(type, path);
  return `${parameter.slice(0, equals + 1)}${found.text.replace(/[%&#\s]/g, encodeURIComponent)}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
