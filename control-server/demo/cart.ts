import { captureSnapshot } from '../../src/index.ts';
import type { Product } from './catalogue.ts';
import type { Customer } from './customers.ts';

/** So many of one product. */
export interface CartLine {
  readonly product: Product;
  readonly quantity: number;
}

const FREE_SHIPPING_FROM_CENTS = 10_000;
const SHIPPING_CENTS = 590;

/** What a customer is about to buy. */
export class Cart {
  readonly customer: Customer;
  readonly #lines = new Map<string, CartLine>();
  coupon: string | null = null;

  constructor(customer: Customer) {
    this.customer = customer;
  }

  get lines(): CartLine[] {
    return [...this.#lines.values()];
  }

  add(product: Product, quantity: number): void {
    const inCart = this.#lines.get(product.sku)?.quantity ?? 0;
    this.#lines.set(product.sku, { product, quantity: inCart + quantity });
    captureSnapshot('add-to-cart', {
      product,
      quantity,
      inCart,
      customer: this.customer,
      totals: this.totals(),
      lines: this.#lines,
    });
  }

  totals(): { readonly itemsCents: number; readonly shippingCents: number; readonly totalCents: number } {
    const itemsCents = this.lines.reduce((sum, line) => sum + line.product.priceCents * line.quantity, 0);
    const discountCents = this.coupon === 'WELCOME10' ? Math.round(itemsCents / 10) : 0;
    const shippingCents = itemsCents >= FREE_SHIPPING_FROM_CENTS ? 0 : SHIPPING_CENTS;
    return { itemsCents, shippingCents, totalCents: itemsCents - discountCents + shippingCents };
  }

  clear(): void {
    this.#lines.clear();
    this.coupon = null;
  }
}
