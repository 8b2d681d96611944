import { isRecord } from './json.ts';

/**
 * Kinds of scopes, the nearest first: `block` within the function, `local` of the function itself (and of code at the top
 * level), `closure` of functions around it, `module` of its file.
 */
export const VARIABLE_SCOPE_KINDS = ['block', 'local', 'closure', 'module'] as const;

/** Which of a snapshot's variables stand in one scope; `this`, `arguments` and private fields stand in none. */
export interface VariableScope {
  readonly kind: (typeof VARIABLE_SCOPE_KINDS)[number];
  readonly names: readonly string[];
}

const MAX_SCOPES = 64;
const MAX_NAMES_PER_SCOPE = 1_000;

/** The scopes on the wire; what is none is left out, and the whole where there are none. */
export function parseVariableScopes(value: unknown): { readonly scopes?: readonly VariableScope[] } {
  if (!Array.isArray(value) || value.length === 0) return {};
  const scopes = value.slice(0, MAX_SCOPES).flatMap((item: unknown) => {
    if (!isRecord(item) || !Array.isArray(item['names'])) return [];
    const kind = VARIABLE_SCOPE_KINDS.find((known) => known === item['kind']);
    const names = item['names'].slice(0, MAX_NAMES_PER_SCOPE).filter((name) => typeof name === 'string');
    return kind === undefined ? [] : [{ kind, names }];
  });
  return { scopes };
}

/** The scopes in wire names. */
export function encodeVariableScopes(
  scopes: readonly VariableScope[] | undefined,
): Record<string, readonly VariableScope[]> {
  return scopes === undefined ? {} : { scopes };
}
