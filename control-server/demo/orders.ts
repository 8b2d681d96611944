import { captureSnapshot } from '../../src/index.ts';
import type { Cart, CartLine } from './cart.ts';
import type { Catalogue } from './catalogue.ts';
import type { Card, Customer } from './customers.ts';
import type { Payment, PaymentGateway } from './payment-gateway.ts';

/** What a customer bought. */
export class Order {
  readonly id: string;
  readonly customer: Customer;
  readonly lines: readonly CartLine[];
  readonly totalCents: number;
  readonly placedAt: Date = new Date();
  status: 'placed' | 'paid' | 'refused' = 'placed';
  payment: Payment | null = null;

  constructor(id: string, cart: Cart) {
    this.id = id;
    this.customer = cart.customer;
    this.lines = cart.lines;
    this.totalCents = cart.totals().totalCents;
  }
}

/** A product that was sold out in the meantime. */
export class OutOfStock extends Error {
  readonly sku: string;

  constructor(sku: string) {
    super(`There is not enough of ${sku} left`);
    this.name = 'OutOfStock';
    this.sku = sku;
  }
}

/** Orders that the shop remembers; the oldest are forgotten. */
const MAX_ORDERS = 1_000;

/** The shop's orders, and how they come about. */
export class Orders {
  readonly #orders = new Map<string, Order>();
  readonly #catalogue: Catalogue;
  readonly #gateway: PaymentGateway;
  #placed = 0;

  constructor(catalogue: Catalogue, gateway: PaymentGateway) {
    this.#catalogue = catalogue;
    this.#gateway = gateway;
  }

  find(id: string): Order | null {
    return this.#orders.get(id) ?? null;
  }

  async checkout(cart: Cart, card: Card): Promise<Order> {
    this.#placed += 1;
    const order = new Order(`ord_${1_000 + this.#placed}`, cart);
    for (const { product, quantity } of order.lines) {
      if (!this.#catalogue.take(product.sku, quantity)) {
        captureSnapshot('out-of-stock', { order, product, wanted: quantity });
        throw new OutOfStock(product.sku);
      }
    }
    captureSnapshot('checkout', { order, cart, card, totals: cart.totals() });
    try {
      order.payment = await this.#gateway.charge(cart.customer, card, order.totalCents);
      order.status = 'paid';
    } catch (error) {
      order.status = 'refused';
      throw error;
    } finally {
      this.#remember(order);
    }
    cart.clear();
    return order;
  }

  #remember(order: Order): void {
    this.#orders.set(order.id, order);
    const [oldest] = this.#orders.keys();
    if (this.#orders.size > MAX_ORDERS && oldest !== undefined) this.#orders.delete(oldest);
  }
}
