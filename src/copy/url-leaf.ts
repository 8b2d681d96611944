import { cutText } from './cut-text.ts';
import { getOwnPropertyDescriptor, getPrototypeOf, hasOwn, holdsValue } from './intrinsics.ts';
import { leafOf } from './leaf.ts';
import type { Leaf } from './leaf.ts';
import {
  searchParamsSize,
  searchParamsToString,
  urlHref,
  urlSearchParams,
  URLSearchParamsPrototype,
} from './node-intrinsics.ts';

/** The address of a URL; null when the object only inherits from URL. */
export function leafOfUrl(value: object, maxLength: number): Leaf | null {
  let href: string;
  try {
    // A URL whose searchParams changed first calls their toString, which a program may have replaced.
    if (!isGenuineSearchParams(urlSearchParams(value))) {
      return leafOf('[URL]', 'url', undefined, 'getter');
    }
    href = urlHref(value);
  } catch {
    return null;
  }
  if (href.length <= maxLength) return leafOf(href, 'url');
  return leafOf(cutText(href, maxLength), 'url', undefined, 'stringLength', href.length);
}

function isGenuineSearchParams(searchParams: object): boolean {
  if (hasOwn(searchParams, 'toString')) return false;
  if (getPrototypeOf(searchParams) !== URLSearchParamsPrototype) return false;
  const method = getOwnPropertyDescriptor(URLSearchParamsPrototype, 'toString');
  return method !== undefined && holdsValue(method) && method.value === searchParamsToString;
}

/** True for a `URLSearchParams`, whose entries are copied like those of a Map. */
export function isSearchParams(value: object): boolean {
  try {
    return searchParamsSize(value) >= 0;
  } catch {
    return false;
  }
}
