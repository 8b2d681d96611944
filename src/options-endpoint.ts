import type { ProblemCode } from './errors.ts';

const DEFAULT_ENDPOINT = 'http://127.0.0.1:7070';

/** Paths that people paste along with the address, from this product's and foreign documentation. */
const KNOWN_SUFFIX = /\/(?:v1\/(?:traces|metrics)|sdk(?:\/.*)?|api(?:\/.*)?)\/?$/;

/**
 * The base URL of the control server. A text that is no http(s) address is reported and switches the agent off, since
 * the default would be somebody else's server; so does plain http to a host that is not loopback, unless allowed.
 */
export function readEndpoint(
  text: string,
  rules: {
    readonly allowInsecure: boolean;
    readonly report: (code: ProblemCode, message: string) => void;
  },
): { readonly url: URL; readonly isAllowed: boolean } {
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(withScheme) ? new URL(withScheme) : null;
  if (
    url === null ||
    (url.protocol !== 'http:' && url.protocol !== 'https:') ||
    url.username !== '' ||
    url.password !== ''
  ) {
    rules.report(
      'STILLFRAME_BAD_ENDPOINT',
      'Option "endpoint" must be an http or https address without a user name or password, for example ' +
        'https://stillframe.example.com; the agent is off.',
    );
    return { url: new URL(DEFAULT_ENDPOINT), isAllowed: false };
  }
  url.search = '';
  url.hash = '';
  url.pathname = url.pathname.replace(KNOWN_SUFFIX, '').replace(/\/+$/, '');
  if (url.protocol === 'http:' && !isLoopback(url.hostname) && !rules.allowInsecure) {
    rules.report(
      'STILLFRAME_INSECURE_ENDPOINT',
      `Plain http to ${url.host} would send the key in clear; the agent is off. Use https, or outside production ` +
        'set "insecure: true" or STILLFRAME_INSECURE=1.',
    );
    return { url, isAllowed: false };
  }
  return { url, isAllowed: true };
}

/** True for this machine's own addresses and `localhost`, as `URL.hostname` writes them. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}
