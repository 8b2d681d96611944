import { BlockList, isIP } from 'node:net';
import type { ProblemCode } from './errors.ts';
import { isLoopback } from './options-endpoint.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for this endpoint, or null: `https_proxy` or `http_proxy` by the endpoint's scheme,
 * each also in capitals, unless the endpoint is loopback or `no_proxy` excepts it. A proxy that cannot be used switches
 * the agent off: nothing goes around it.
 */
export function readProxy(
  endpoint: URL,
  env: Environment,
  report: (code: ProblemCode, message: string) => void,
): { readonly url: URL | null; readonly isAllowed: boolean } {
  const name = endpoint.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const text = readEitherCase(env, name);
  if (text === '' || isLoopback(endpoint.hostname)) return { url: null, isAllowed: true };
  if (isExcepted(endpoint, readEitherCase(env, 'no_proxy'))) return { url: null, isAllowed: true };

  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (
    url !== null &&
    (url.protocol === 'http:' || url.protocol === 'https:') &&
    hasReadableCredentials(url)
  ) {
    return { url, isAllowed: true };
  }
  report(
    'STILLFRAME_BAD_PROXY',
    `Environment variable ${name.toUpperCase()} must be the address of an http or https proxy; the agent is off. ` +
      `Mend it, or add ${endpoint.hostname} to NO_PROXY.`,
  );
  return { url: null, isAllowed: false };
}

/** The lower-case variable wins, as with curl; an empty one is an unset one. */
function readEitherCase(env: Environment, name: string): string {
  return env[name]?.trim() || (env[name.toUpperCase()]?.trim() ?? '');
}

function hasReadableCredentials({ username, password }: URL): boolean {
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** Names with their subdomains (`example.com`, `.example.com`, `*.example.com`), addresses, CIDR blocks, `*`; each also with a port. */
function isExcepted(endpoint: URL, exceptions: string): boolean {
  const host = plainHost(endpoint.hostname);
  const port = endpoint.port || (endpoint.protocol === 'https:' ? '443' : '80');
  return exceptions
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => {
      const [, name = entry, entryPort] = /^(\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
      return (entryPort === undefined || entryPort === port) && matchesHost(host, plainHost(name));
    });
}

function matchesHost(host: string, name: string): boolean {
  if (name === '*') return true;
  const [, network, prefix] = /^(.+)\/(\d{1,3})$/.exec(name) ?? [];
  if (network !== undefined) return isWithin(host, network, Number(prefix));
  // IPv6 can be written in many ways.
  if (isIP(name) === 6) return isWithin(host, name, 128);
  const isSubdomainOnly = name.startsWith('*.');
  const domain = name.replace(/^\*?\./, '');
  return domain !== '' && ((!isSubdomainOnly && host === domain) || host.endsWith(`.${domain}`));
}

function isWithin(host: string, network: string, prefix: number): boolean {
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family || prefix > (family === 4 ? 32 : 128)) return false;
  const block = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  block.addSubnet(network, prefix, type);
  return block.check(host, type);
}

/** Lower case, without the brackets of IPv6 and the dot of a fully qualified name. */
function plainHost(text: string): string {
  return text
    .toLowerCase()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/(.)\.$/, '$1');
}
