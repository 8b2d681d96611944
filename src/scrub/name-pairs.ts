import type { JsonObject, JsonValue } from '../protocol/json.ts';
import type { NameJudge } from './sensitive-name.ts';

const NAME_KEYS: readonly string[] = ['name', 'key', 'field', 'header', 'k', 'Name', 'Key'];
const VALUE_KEYS: readonly string[] = ['value', 'val', 'v', 'Value'];
const MAX_NAME = 128;

/** Header names of which one is enough to tell a flat list of headers from other texts. */
const COMMON_HEADERS: ReadonlySet<string> = new Set(
  'host accept connection cookie authorization content-type content-length user-agent accept-encoding cache-control date server'.split(
    ' ',
  ),
);

/** Members of a JSON Web Key that are private, beside `kty`. */
const JWK_MEMBERS: readonly string[] = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'];

/** Keys whose meaning depends on the other members of their object. */
export function roleOfKey(key: string): 'pair_value' | 'jwk_member' | null {
  if (VALUE_KEYS.includes(key)) return 'pair_value';
  return JWK_MEMBERS.includes(key) ? 'jwk_member' : null;
}

/** The name in an object that says it beside the value: `{ name: 'password', value: '…' }`; null for other objects. */
export function pairedName(object: JsonObject): string | null {
  for (const nameKey of NAME_KEYS) {
    const name = object[nameKey];
    if (typeof name === 'string' && name.length <= MAX_NAME && Object.hasOwn(object, nameKey)) return name;
  }
  return null;
}

/** Names that elements of an array have by what stands before them; null for most arrays. */
export function elementNames(
  array: readonly JsonValue[],
  key: string | number | undefined,
  judge: NameJudge,
): (string | undefined)[] | null {
  if (typeof array[0] !== 'string') return null;
  return headerNames(array, key) ?? flagNames(array) ?? entryNames(array, judge);
}

/** Names of the elements of a flat list of headers, `[name, value, name, value, …]`, by index; null for other arrays. */
function headerNames(
  array: readonly JsonValue[],
  key: string | number | undefined,
): (string | undefined)[] | null {
  if (array.length < 2 || array.length % 2 !== 0) return null;
  const isNamed = typeof key === 'string' && /^raw_?(?:headers|trailers)$/i.test(key);
  if (!isNamed && array.length < 4) return null;
  let isKnown = isNamed;
  for (let index = 0; index < array.length; index++) {
    const element = array[index];
    if (typeof element !== 'string') return null;
    if (index % 2 === 1) continue;
    if (!isNamed && !/^[A-Za-z][\w-]{0,60}$/.test(element)) return null;
    isKnown ||= COMMON_HEADERS.has(element.toLowerCase());
  }
  return isKnown ? array.map((_, index) => (index % 2 === 1 ? nameAt(array, index - 1) : undefined)) : null;
}

/** Names of the elements of a command line: `['--password', '…']`; null for other arrays. */
function flagNames(array: readonly JsonValue[]): (string | undefined)[] | null {
  if (!array.some((element) => typeof element === 'string' && element.startsWith('--'))) return null;
  return array.map((element, index) => {
    const flag = array[index - 1];
    const isValue = typeof element === 'string' && !element.startsWith('-');
    return isValue && typeof flag === 'string' && /^--[a-z][\w-]{0,60}$/i.test(flag) ? flag : undefined;
  });
}

/** The name of the second element of a lone `['password', 'x1y2z3']`, when that does not look like one more word. */
function entryNames(array: readonly JsonValue[], judge: NameJudge): (string | undefined)[] | null {
  const [name, value] = array;
  if (array.length !== 2 || typeof name !== 'string' || typeof value !== 'string') return null;
  // `['token:read', 'secret:write']` are two scopes.
  if (name.length > MAX_NAME || name.includes(':') || value.length < 6 || !/[^\p{L}\s_-]/u.test(value))
    return null;
  return judge.judge(name).secret === null ? null : [undefined, name];
}

function nameAt(array: readonly JsonValue[], index: number): string | undefined {
  const name = array[index];
  return typeof name === 'string' && name.length <= MAX_NAME ? name : undefined;
}
