import type { JsonObject, JsonValue } from '../protocol/json.ts';
import { isAwsSecret } from './aws.ts';

/** Shortest private member of a JSON Web Key. */
const MIN_JWK_MEMBER = 20;

/** True for a text that is a private member of the JSON Web Key which `object` is. */
export function isPrivateMember(object: JsonObject, value: JsonValue): boolean {
  if (typeof object['kty'] !== 'string' || typeof value !== 'string') return false;
  return value.length >= MIN_JWK_MEMBER && !value.startsWith('[REDACTED:');
}

/** The keys of the members that look like an AWS secret access key. */
export function keysOfAwsSecrets(object: JsonObject): string[] {
  return Object.keys(object).filter((key) => {
    const value = object[key];
    return typeof value === 'string' && isAwsSecret(value.trim());
  });
}
