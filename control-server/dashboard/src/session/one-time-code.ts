/** The part of `window.location` that is read. */
export interface AddressWithFragment {
  readonly hash: string;
  readonly pathname: string;
  readonly search: string;
}

/**
 * Takes the one-time code out of a link like `/login#code=…` and removes it from the address and the history entry, so
 * that it is not bookmarked, shared or seen over a shoulder. Null when there is none.
 */
export function takeOneTimeCode(
  address: AddressWithFragment,
  replaceAddress: (path: string) => void,
): string | null {
  if (!address.hash.startsWith('#')) return null;
  const code = new URLSearchParams(address.hash.slice(1)).get('code');
  if (code === null) return null;
  replaceAddress(address.pathname + address.search);
  return code === '' ? null : code;
}
