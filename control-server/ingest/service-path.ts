import { ACTIVE_PATH, STREAM_PATH } from '../../src/protocol/routes.ts';

const PREFIXES = [ACTIVE_PATH, STREAM_PATH] as const;
/** A run of encoded bytes, or a percent sign that begins none. */
const ENCODED_OR_BARE = /(?:%[0-9a-f]{2})+|%/gi;

/**
 * The URL with a service name that the router can decode. Old clients put the name there as it is: `100%` is no
 * encoding, and stands for itself. Any other URL comes back unchanged.
 */
export function repairServicePath(url: string): string {
  const prefix = PREFIXES.find((path) => url.startsWith(path));
  if (prefix === undefined || !url.includes('%')) return url;
  const end = url.indexOf('?');
  const name = url.slice(prefix.length, end === -1 ? undefined : end);
  const repaired = name.replace(ENCODED_OR_BARE, (run) =>
    isDecodable(run) ? run : run.replaceAll('%', '%25'),
  );
  return prefix + repaired + (end === -1 ? '' : url.slice(end));
}

function isDecodable(encoded: string): boolean {
  try {
    decodeURIComponent(encoded);
    return true;
  } catch {
    return false;
  }
}
