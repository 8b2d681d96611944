/** The values that benches capture. */
const address = { street: '12 Rue de Rivoli', city: 'Paris', zip: '75001', country: 'FR' };

export const PAYLOADS: Readonly<Record<string, unknown>> = {
  'small (5 scalars)': { orderId: 'ord_1', count: 3, total: 42.5, paid: true, note: null },
  'an order (1.6 KB)': {
    request: {
      method: 'POST',
      path: '/checkout',
      headers: { host: 'shop.example', accept: '*/*', 'user-agent': 'curl/8' },
    },
    order: {
      id: 'ord_81324',
      placedAt: new Date(1_700_000_000_000),
      customer: { id: 7, name: 'Ada Lovelace', email: 'ada@example.com', address },
      lines: Array.from({ length: 12 }, (_, index) => ({
        sku: `SKU-${index}`,
        title: `Item ${index}`,
        qty: index + 1,
        price: 9.99,
      })),
      totals: { net: 100.5, tax: 20.1, gross: 120.6, currency: 'EUR' },
      tags: new Map([['priority', true]]),
    },
  },
  'large (200 KB)': {
    rows: Array.from({ length: 1_000 }, (_, index) => ({
      id: index,
      name: `row ${index}`,
      text: 'lorem ipsum dolor sit amet '.repeat(6),
      address,
    })),
  },
};
