import type { FastifyInstance } from 'fastify';
import { captureSnapshot } from '../../src/index.ts';
import { Cart } from './cart.ts';
import type { Catalogue } from './catalogue.ts';
import type { Customers } from './customers.ts';
import { OutOfStock } from './orders.ts';
import type { Orders } from './orders.ts';
import { PaymentDeclined } from './payment-gateway.ts';

/** What the routes work on. */
export interface ShopRooms {
  readonly catalogue: Catalogue;
  readonly customers: Customers;
  readonly orders: Orders;
}

/** The shop's web interface. */
export function registerShopRoutes(app: FastifyInstance, { catalogue, customers, orders }: ShopRooms): void {
  const carts = new Map<string, Cart>();
  function cartOf(customerId: string): Cart | null {
    const customer = customers.find(customerId);
    if (customer === null) return null;
    const cart = carts.get(customerId) ?? new Cart(customer);
    carts.set(customerId, cart);
    return cart;
  }

  // Handlers have names, which is what a stack shows.
  app.post<{ Body: { email: string; password: string } }>('/login', async function signIn(request, reply) {
    const { email, password } = request.body;
    const session = customers.signIn(email, password);
    captureSnapshot('login', { email, password, session, ip: request.ip, succeeded: session !== null });
    if (session === null) return reply.code(401).send({ error: 'wrong e-mail or password' });
    return { customerId: session.customer.id, token: session.token };
  });

  app.get<{ Querystring: { tag?: string } }>('/products', async function listProducts(request) {
    const products = catalogue.list(request.query.tag);
    captureSnapshot('list-products', { tag: request.query.tag, count: products.length, products });
    return products;
  });

  interface CartBody {
    customerId: string;
    sku: string;
    quantity: number;
  }
  app.post<{ Body: CartBody }>('/cart', async function addToCart(request, reply) {
    const { customerId, sku, quantity } = request.body;
    const cart = cartOf(customerId);
    const product = catalogue.find(sku);
    if (cart === null || product === null) return reply.code(404).send({ error: 'no such thing' });
    cart.add(product, quantity);
    return cart.totals();
  });

  interface CheckoutBody {
    customerId: string;
    coupon?: string;
  }
  app.post<{ Body: CheckoutBody }>('/checkout', async function checkout(request, reply) {
    const cart = cartOf(request.body.customerId);
    if (cart === null) return reply.code(404).send({ error: 'no such customer' });
    cart.coupon = request.body.coupon ?? null;
    try {
      const order = await orders.checkout(cart, cart.customer.card);
      return await reply.code(201).send({ orderId: order.id, totalCents: order.totalCents });
    } catch (error) {
      cart.clear();
      if (error instanceof PaymentDeclined) return reply.code(402).send({ error: error.declineCode });
      if (error instanceof OutOfStock) return reply.code(409).send({ error: `${error.sku} is sold out` });
      throw error;
    }
  });

  app.get<{ Params: { id: string } }>('/orders/:id', async function loadOrder(request, reply) {
    const order = orders.find(request.params.id);
    captureSnapshot('load-order', { orderId: request.params.id, found: order !== null, order });
    if (order === null) return reply.code(404).send({ error: 'no such order' });
    return { id: order.id, status: order.status, totalCents: order.totalCents };
  });
}
