import { createRequire } from 'node:module';
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import type { Validator } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import { ProblemError } from './problem.ts';

/**
 * Checks one part of a request against its schema. Bodies are taken as they are; numbers of a query are text before. Compiled
 * at the first request: a server that starts has a hundred of these, and needs none before it listens.
 */
export const compileValidator: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const integers = httpPart === 'querystring' ? integerProperties(schema) : [];
  let compiled: Validator | null = null;
  const check = (validator: Validator, value: unknown): ValidationResult => {
    const input = integers.length === 0 ? value : withIntegers(value, integers);
    if (!validator.Check(input))
      return { error: toBadRequest(validator.Errors(input), httpPart ?? 'request') };
    // What is only looked for may be any text.
    const field = httpPart === 'body' ? findUnstorable(input, '') : null;
    return field === null ? { value: input } : { error: toUnstorable(field) };
  };
  return (value: unknown) => {
    compiled ??= loadCompiler().Compile(schema);
    return check(compiled, value);
  };
};

type ValidationResult = { readonly value: unknown } | { readonly error: ProblemError };

const require: NodeJS.Require = createRequire(import.meta.url);

/** Required, not imported: the framework waits for no validator that changes what it validates. */
function loadCompiler(): typeof import('typebox/compile') {
  // oxlint-disable-next-line no-unsafe-type-assertion -- require gives anything
  return require('typebox/compile') as typeof import('typebox/compile');
}

/** Place of the first text that no store gives back as it was, or null. As deep as the schema has allowed. */
function findUnstorable(value: unknown, place: string): string | null {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0') ? null : place;
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, item] of Object.entries(value)) {
    const found = findUnstorable(item, place === '' ? name : `${place}/${name}`);
    if (found !== null) return found;
  }
  return null;
}

function toUnstorable(field: string): ProblemError {
  const detail = `"${printable(field)}" must not hold U+0000 or half of a surrogate pair: leave such characters out.`;
  return new ProblemError(400, 'bad_request', detail, { place: { field: printable(field) } });
}

function integerProperties(schema: TSchema): string[] {
  const properties: unknown = 'properties' in schema ? schema.properties : null;
  return Object.entries(properties ?? {})
    .filter(([, property]: [string, { type?: unknown }]) => property.type === 'integer')
    .map(([name]) => name);
}

function withIntegers(query: unknown, names: readonly string[]): unknown {
  if (typeof query !== 'object' || query === null) return query;
  const entries = Object.entries(query).map(([name, value]: [string, unknown]) =>
    names.includes(name) && typeof value === 'string' && /^\d{1,9}$/.test(value)
      ? [name, Number(value)]
      : [name, value],
  );
  return Object.fromEntries(entries);
}

/** Says which field is wrong and what was expected; never repeats what was received, which may be a password. */
function toBadRequest(errors: readonly TLocalizedValidationError[], httpPart: string): ProblemError {
  const part = httpPart === 'querystring' ? 'query' : httpPart;
  const error = errors[0];
  if (error === undefined)
    return new ProblemError(400, 'bad_request', `The ${part} is not what is expected.`);
  const field = error.instancePath.slice(1) || missingOrUnknown(error);
  const where = field === '' ? `The ${part}` : `"${printable(field)}" in the ${part}`;
  const atField = errors.filter((other) => other.instancePath === error.instancePath);
  return new ProblemError(400, 'bad_request', `${where} ${expectation(atField)}.`, {
    place: field === '' ? {} : { field: printable(field) },
  });
}

function missingOrUnknown(error: TLocalizedValidationError): string {
  switch (error.keyword) {
    case 'required':
      return error.params.requiredProperties[0] ?? '';
    case 'additionalProperties':
      return error.params.additionalProperties[0] ?? '';
    default:
      return '';
  }
}

/** Names come from the request: bounded, and without what a terminal would obey. */
function printable(name: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  return name.slice(0, 100).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '?');
}

function expectation(errors: readonly TLocalizedValidationError[]): string {
  const constants = errors.flatMap((error) => (error.keyword === 'const' ? [error.params.allowedValue] : []));
  if (constants.length > 0)
    return `must be one of ${constants.map((value) => JSON.stringify(value)).join(', ')}`;
  const types = errors.flatMap((error) => (error.keyword === 'type' ? [error.params.type].flat() : []));
  if (types.length > 0) return `must be ${types.join(' or ')}`;
  const [error] = errors;
  switch (error?.keyword) {
    case 'required':
      return 'is missing';
    case 'boolean':
    case 'additionalProperties':
      return 'is not known here';
    case undefined:
      return 'is not what is expected';
    default:
      return error?.message ?? 'is not what is expected';
  }
}
