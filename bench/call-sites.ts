/** Generates modules with 24 call sites, so that each variant of a call is compiled apart from all others. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Places in each module. */
export const SITES = 24;

/** How the places are reached. */
export type Reach = 'table' | 'inlined';

/** A module of {@link SITES} places. */
export interface HotModule {
  /** Passes `times` places, in turn. */
  readonly run: (times: number) => number;
}

/** One variant: what its module imports and makes, and the statement at each place. */
export interface Variant {
  readonly imports?: string;
  readonly statement: (label: string, literal: string, site: number) => string;
}

const LABELS = [
  'checkout',
  'payment.authorize',
  'cart-update',
  'user.login',
  'inventory:reserve',
  'email.send',
];
const LITERALS = [
  '{ order: o, total, i }',
  '{ total }',
  '{ user: o.user, total, ok: total > 10, i, id: o.id }',
  '{ id: o.id, qty: o.qty, price: o.price, total, user: o.user, items: o.items }',
];

/** The label of a place. */
export function labelOf(site: number): string {
  return `${LABELS[site % LABELS.length]}-${site}`;
}

/**
 * Writes the module and loads it. By `table` each place is a function that is called through a table, as the handlers
 * of a service are: V8 compiles it by itself. When `inlined`, all places become one function.
 */
export async function makeHotModule(
  folder: string,
  name: string,
  reach: Reach,
  { imports = '', statement }: Variant,
): Promise<HotModule> {
  const places = Array.from({ length: SITES }, (_, site) => {
    const literal = LITERALS[site % LITERALS.length] ?? '{}';
    return `function site${site}(i) {
      const o = orders[(i + ${site}) & 63]; const total = o.qty * o.price + ${site};
      ${statement(labelOf(site), literal, site)}
      return total | 0;
    }`;
  });
  const calls = places.map((_, site) => `sum = (sum + site${site}(i + ${site})) | 0;`);
  const source = `${imports}
    const orders = Array.from({ length: 64 }, (_, k) => ({ id: 'ord_' + k, qty: k % 7 + 1, price: k * 1.25 + 0.5,
      user: { id: k, name: 'u' + k }, items: [{ sku: 's' + k, n: k }] }));
    ${places.join('\n')}
    export const sites = [${places.map((_, site) => `site${site}`).join(', ')}];
    function batch(i) { let sum = 0; ${calls.join(' ')} return sum; }
    export function run(times) { let sum = 0; for (let i = 0; i < times; i += ${SITES}) sum = (sum + batch(i)) | 0; return sum; }`;
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, source);
  const { sites, run } = (await import(pathToFileURL(file).href)) as GeneratedModule;
  return { run: reach === 'inlined' ? run : (times) => callInTurn(sites, times) };
}

interface GeneratedModule extends HotModule {
  readonly sites: readonly ((turn: number) => number)[];
}

/** One loop for all modules: a loop of its own for each would differ by a nanosecond, by where V8 happens to lay it. */
function callInTurn(sites: GeneratedModule['sites'], times: number): number {
  let sum = 0;
  for (let turn = 0; turn < times; turn += SITES) {
    for (let site = 0; site < SITES; site++) sum = (sum + (sites[site]?.(turn + site) ?? 0)) | 0;
  }
  return sum;
}
