import { isRecord, readText } from '../../src/protocol/json.ts';
import type { Customer } from './customers.ts';

/** People who use the shop. */
export interface Traffic {
  /** Nobody comes any more. Resolves when the last request is answered. */
  stop(): Promise<void>;
}

/** Time between two requests: three or four a second. */
const STEP_MS = 280;
const REQUEST_TIMEOUT_MS = 5_000;

/** One request of a visit. */
interface Step {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
}

/** Sends real requests to the shop, one after the other; some fail as they do in life. */
export function startTraffic(shopUrl: string, customers: readonly Customer[]): Traffic {
  let lastOrderId = 'ord_1001';
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> = Promise.resolve();
  const steps = endlessVisits(customers, () => lastOrderId);

  async function send(step: Step): Promise<void> {
    const response = await fetch(shopUrl + step.path, {
      method: step.method,
      headers: {
        'user-agent': 'Mozilla/5.0 (demo visitor)',
        ...(step.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(step.body === undefined ? {} : { body: JSON.stringify(step.body) }),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const answer: unknown = await response.json();
    if (isRecord(answer)) lastOrderId = readText(answer['orderId'], lastOrderId);
  }

  function next(): void {
    const { value: step } = steps.next();
    // A visitor whose request failed goes away; the next one comes all the same.
    running = send(step).catch(() => undefined);
    timer = setTimeout(next, STEP_MS);
  }
  next();

  return {
    async stop() {
      if (timer !== null) clearTimeout(timer);
      await running;
    },
  };
}

const SHOPPING: readonly (readonly [sku: string, quantity: number])[] = [
  ['KEY-87', 1],
  ['MUG-01', 4],
  ['BEANS-1', 2],
  ['LAMP-2', 1],
  ['CHAIR-9', 2],
];

/** Visit after visit, by each customer in turn. */
function* endlessVisits(customers: readonly Customer[], lastOrderId: () => string): Generator<Step, never> {
  for (let visit = 0; ; visit += 1) {
    for (const customer of customers) yield* oneVisit(customer, visit, lastOrderId);
  }
}

function* oneVisit(customer: Customer, visit: number, lastOrderId: () => string): Generator<Step> {
  const customerId = customer.id;
  const wrongPassword = visit % 4 === 3;
  yield { method: 'GET', path: visit % 2 === 0 ? '/products' : '/products?tag=desk' };
  yield {
    method: 'POST',
    path: '/login',
    body: { email: customer.email, password: wrongPassword ? 'was-it-this-one' : customer.password },
  };
  for (const offset of [0, 1]) {
    const [sku, quantity] = SHOPPING[(visit + offset) % SHOPPING.length] ?? ['MUG-01', 1];
    yield { method: 'POST', path: '/cart', body: { customerId, sku, quantity } };
  }
  if (visit % 5 === 4)
    yield { method: 'POST', path: '/cart', body: { customerId, sku: 'VINYL-3', quantity: 1 } };
  yield {
    method: 'POST',
    path: '/checkout',
    body: { customerId, ...(visit % 3 === 0 ? { coupon: 'WELCOME10' } : {}) },
  };
  yield { method: 'GET', path: `/orders/${visit % 6 === 5 ? 'ord_0' : lastOrderId()}` };
}
