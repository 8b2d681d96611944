/** The values that benches capture: a handful of scalars, a request with its order, a page of rows. */
export const PAYLOADS: Readonly<Record<string, unknown>> = {
  'small (5 scalars)': { orderId: 'ord_12345', total: 199.99, count: 3, paid: true, region: 'eu-west-1' },
  'request and order (2 KB)': {
    request: {
      method: 'POST',
      url: '/api/v1/orders/81324/checkout?coupon=SPRING',
      headers: {
        host: 'shop.example',
        'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
        accept: 'application/json',
        'content-type': 'application/json',
        'x-request-id': 'c0ffee00-0000-4000-8000-000000081324',
      },
      params: { id: '81324' },
      query: { coupon: 'SPRING' },
      ip: '10.0.0.7',
    },
    order: {
      id: 'ord_81324',
      status: 'pending',
      currency: 'EUR',
      total: 419.79,
      createdAt: new Date(1_700_000_000_000),
      customer: {
        id: 1007,
        name: 'Ada Lovelace',
        email: 'ada@example.com',
        address: { street: '12 St James Square', city: 'London', zip: 'SW1Y 4JH', country: 'GB' },
        tags: ['vip', 'beta', 'newsletter'],
      },
      items: Array.from({ length: 8 }, (_, index) => ({
        sku: `SKU-${index}`,
        title: `Thing number ${index} with a medium long title`,
        quantity: index + 1,
        price: 19.99 * (index + 1),
        attributes: { color: 'red', size: 'L' },
      })),
      shipping: { method: 'express', carrier: 'DHL', eta: null, cost: 9.9 },
      discounts: [{ code: 'SPRING', percent: 10 }],
      notes: 'Please leave the parcel at the back door, thank you very much.',
    },
    attempt: 1,
    flags: { newCheckout: true, fraudCheck: false },
  },
  'page of rows (200 KB)': {
    requestId: 'r-1',
    rows: Array.from({ length: 500 }, (_, index) => ({
      id: index,
      uuid: `aaaaaaaa-bbbb-4ccc-8ddd-${String(index).padStart(12, '0')}`,
      title: `Row number ${index}`,
      score: index * 1.37,
      nested: {
        a: { b: { c: { d: `deep ${index}`, list: [1, 2, 3, 4, 5] } } },
        flags: [true, false, null],
        note: 'lorem ipsum dolor sit amet consectetur adipiscing elit '.repeat(4),
      },
    })),
    meta: { page: 1, total: 500 },
  },
};
