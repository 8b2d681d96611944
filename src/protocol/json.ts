/** Any value that JSON can carry. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject;

/** A JSON object. Its keys are data: `__proto__` may be one of them. */
export interface JsonObject {
  [key: string]: JsonValue;
}

/** What a reader of untrusted JSON sees of an object before it has looked at the fields. */
export type UnknownRecord = Readonly<Record<string, unknown>>;

/** True for a JSON object: not null, not an array. */
export function isRecord(value: unknown): value is UnknownRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The string, or `fallback` when the value is anything else. */
export function readString<T>(value: unknown, fallback: T): string | T {
  return typeof value === 'string' ? value : fallback;
}

/** The string, or `fallback` when the value is anything else or empty. */
export function readText<T>(value: unknown, fallback: T): string | T {
  return typeof value === 'string' && value !== '' ? value : fallback;
}

/** The boolean, or `fallback` when the value is anything else. */
export function readBoolean(value: unknown, fallback: boolean): boolean {
  return typeof value === 'boolean' ? value : fallback;
}

/** The whole number when it lies within the range, else `fallback`. Never a float, NaN or a numeric string. */
export function readInteger<T>(
  value: unknown,
  fallback: T,
  min = 0,
  max: number = Number.MAX_SAFE_INTEGER,
): number | T {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= min && value <= max
    ? value
    : fallback;
}

/** The strings of an array; anything that is not a string is left out. Not an array: empty. */
export function readStrings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

/** The value when `JSON.parse` can have made it. Used at the rim, where a parser handed us `unknown`. */
export function readJson(value: unknown): JsonValue | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : undefined;
    case 'object':
      // JSON.parse yields only arrays and plain objects here, and parsers hand us nothing else.
      return value as JsonValue;
    default:
      return undefined;
  }
}

/** The JSON object, or `fallback`. */
export function readJsonObject<T>(value: unknown, fallback: T): JsonObject | T {
  return isRecord(value) ? (value as JsonObject) : fallback;
}
