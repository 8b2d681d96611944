import dns from 'node:dns';
import { afterEach, expect, test, vi } from 'vitest';
import { createTransport } from '../../src/delivery/transport.ts';
import type { Transport } from '../../src/delivery/transport.ts';
import { eventually } from '../helpers/until.ts';

let transport: Transport | null = null;
afterEach(async () => {
  await transport?.close();
  vi.restoreAllMocks();
});

test('a name look-up that never ends takes no more than the time of a request, nor a place from the next one', async () => {
  const lookup = vi.spyOn(dns, 'lookup').mockImplementation((() => {}) as never);
  const made = createTransport({
    endpoint: new URL('https://stillframe.test'),
    apiKey: () => 'key',
    instanceId: 'i-1',
    userAgent: 'stillframe/0.0.0',
    requestTimeoutMs: 60,
    connectTimeoutMs: 60,
  });
  transport = made;
  const failures = await Promise.all(
    Array.from({ length: 5 }, () =>
      made.request({ method: 'GET', path: '/' }).catch((error: unknown) => String(error)),
    ),
  );
  expect(failures).toEqual(Array(5).fill('DeliveryError: No complete answer within 60 ms'));
  // Each of the two sockets gives up its look-up, and another one begins.
  const before = lookup.mock.calls.length;
  await eventually(async () => {
    await made.request({ method: 'GET', path: '/' }).catch(() => {});
    expect(lookup.mock.calls.length).toBeGreaterThan(before);
  });
});
