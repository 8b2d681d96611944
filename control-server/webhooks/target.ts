import { lookup as lookupName } from 'node:dns';
import type { LookupAddress } from 'node:dns';
import { isIP } from 'node:net';
import type { LookupFunction } from 'node:net';
import { DeliveryError } from './delivery-error.ts';
import { isPublicAddress } from './public-address.ts';

/** Finds all addresses of a name. */
export type ResolveName = (
  hostname: string,
  found: (error: Error | null, addresses: readonly LookupAddress[]) => void,
) => void;

/** What the server may send to: nothing within its own network, or anybody who may write a webhook may look around there. */
export interface TargetGuard {
  /** Why a URL cannot be a webhook's, in a sentence; null when it can. Names are judged when they are resolved. */
  refusalOf(url: string): string | null;
  /** For a request to that host: gives the addresses that are allowed, so that the one judged is the one connected to. */
  lookupFor(hostname: string): LookupFunction;
  /** False for a host that is an address, which no look-up sees. */
  allowsLiteral(hostname: string): boolean;
}

const MAX_URL_LENGTH = 2_000;
const NOT_PUBLIC =
  'The address is not on the public internet. Start the server with --webhook-allow-private and this host if it is meant.';

/**
 * @param allowedPrivate hosts as they stand in URLs, which may be anywhere
 * @param resolve default: as the system does
 */
export function createTargetGuard(
  allowedPrivate: readonly string[],
  resolve: ResolveName = resolveName,
): TargetGuard {
  const trusted = new Set(allowedPrivate.map(normalise));
  const isTrusted = (hostname: string): boolean => trusted.has(normalise(hostname));

  function allowsLiteral(hostname: string): boolean {
    const address = withoutBrackets(hostname);
    return isIP(address) === 0 || isTrusted(hostname) || isPublicAddress(address);
  }

  return {
    allowsLiteral,
    refusalOf(text) {
      const url = text.length <= MAX_URL_LENGTH ? URL.parse(text) : null;
      if (url === null || !/^https?:$/.test(url.protocol)) {
        return `A webhook needs an http or https URL of at most ${MAX_URL_LENGTH} characters.`;
      }
      if (url.username !== '' || url.password !== '' || url.hash !== '') {
        return 'The URL of a webhook has neither a user nor a fragment.';
      }
      const isLocalName = /(?:^|\.)(?:localhost|local|internal)\.?$/.test(url.hostname);
      if ((isLocalName && !isTrusted(url.hostname)) || !allowsLiteral(url.hostname)) return NOT_PUBLIC;
      return null;
    },
    lookupFor: (hostname) => (name, options, callback) => {
      resolve(name, (error, found) => {
        const allowed = isTrusted(hostname) ? found : found.filter(({ address }) => isPublicAddress(address));
        const [first] = allowed;
        if (error !== null || first === undefined) callback(toRefusal(error, found.length), '', 0);
        else if (options.all === true) callback(null, [...allowed]);
        else callback(null, first.address, first.family);
      });
    },
  };
}

function toRefusal(error: Error | null, found: number): DeliveryError {
  if (error !== null) return new DeliveryError('name_not_found', null, { cause: error });
  return new DeliveryError(found === 0 ? 'name_not_found' : 'address_not_allowed');
}

function resolveName(hostname: string, found: Parameters<ResolveName>[1]): void {
  lookupName(hostname, { all: true }, (error, addresses) => found(error, error === null ? addresses : []));
}

function normalise(hostname: string): string {
  return withoutBrackets(hostname.toLowerCase()).replace(/\.$/, '');
}

function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
