import type { ServerResponse } from 'node:http';

/**
 * Snapshots hold what strangers typed into a service: should one of them ever be taken for markup, nothing may run,
 * load, frame or post anywhere. No inline scripts or styles, no other origin.
 */
const CONTENT_SECURITY_POLICY: string = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "require-trusted-types-for 'script'",
].join('; ');

/**
 * Sets the headers that every answer carries. On the raw response, so that a stream that takes the response over has
 * them too.
 */
export function setSecurityHeaders(response: ServerResponse, isHttps: boolean): void {
  response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cross-origin-opener-policy', 'same-origin');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  if (isHttps) response.setHeader('strict-transport-security', 'max-age=31536000');
}
