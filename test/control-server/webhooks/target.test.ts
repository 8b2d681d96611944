import { describe, expect, it } from 'vitest';
import { until } from '../../helpers/until.ts';
import { createTargetGuard } from '../../../control-server/webhooks/target.ts';
import { openReceiver } from './receiver.ts';
import { openWebhooks } from './open-webhooks.ts';

const refusalOf = createTargetGuard(['intranet', '10.0.0.9', '[fd00::9]', 'Build.Local']).refusalOf;

describe('the URL of a webhook', () => {
  it.each([
    'https://hooks.example/services/T0/B0/x',
    'http://hooks.example:8080/?a=b',
    'https://8.8.8.8/',
    'https://[2606:4700::1]/',
    'http://intranet/x',
    'http://INTRANET:8080/',
    'http://10.0.0.9/',
    'http://[fd00::9]:3000/',
    'https://build.local./',
  ])('may be %s', (url) => {
    expect(refusalOf(url)).toBe(null);
  });

  it.each([
    'ftp://hooks.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'gopher://hooks.example/',
    'hooks.example',
    '',
    'https://user:pass@hooks.example/',
    'https://hooks.example/#part',
    `https://hooks.example/${'a'.repeat(2_000)}`,
    'http://localhost/',
    'http://a.localhost:80/',
    'http://printer.local/',
    'http://metadata.google.internal/',
    'http://127.0.0.1:7070/api/me',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://0/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://169.254.169.254/latest/meta-data/',
    'http://[fd00:ec2::254]/',
    'http://10.0.0.10/',
    'http://100.100.100.200/',
  ])('may not be %s', (url) => {
    expect(refusalOf(url)).toMatch(/^(?:A webhook needs|The URL of a webhook|The address is not)/);
  });
});

describe('the address that a name resolves to', () => {
  it.each(['127.0.0.1', '169.254.169.254', '10.0.0.1', '::1', '::ffff:127.0.0.1', 'fd00::1'])(
    'is refused when it is %s, and nothing is connected to',
    async (address) => {
      const receiver = await openReceiver();
      const { webhooks, store, add } = await openWebhooks({
        resolveName: (_name, found) => found(null, [{ address, family: address.includes(':') ? 6 : 4 }]),
      });
      const { id } = await add(`http://rebound.example:${receiver.port}/`);
      await webhooks.test(id);
      await until('the end', async () => (await store.listWebhookDeliveries(id))[0]?.state === 'failed');
      expect(await store.listWebhookDeliveries(id)).toMatchObject([
        { attempts: 1, error: 'address_not_allowed' },
      ]);
      expect(receiver.received).toEqual([]);
    },
  );

  it('is judged in the look-up of the connection itself: a name that changes cannot slip between', async () => {
    const receiver = await openReceiver();
    let lookups = 0;
    // Public when somebody asks first, this machine afterwards.
    const { webhooks, store, add } = await openWebhooks({
      resolveName: (_name, found) =>
        found(null, [{ address: ++lookups === 1 ? '127.0.0.1' : '8.8.8.8', family: 4 }]),
    });
    const { id } = await add(`http://rebound.example:${receiver.port}/`);
    await webhooks.test(id);
    await until('the end', async () => (await store.listWebhookDeliveries(id))[0]?.state === 'failed');
    expect([lookups, receiver.received]).toEqual([1, []]);
  });

  it('is refused for an address in the URL too, however it came into the store', async () => {
    const receiver = await openReceiver();
    const { webhooks, store, add } = await openWebhooks();
    const { id } = await add(`http://127.0.0.1:${receiver.port}/`);
    await webhooks.test(id);
    await until('the end', async () => (await store.listWebhookDeliveries(id))[0]?.state === 'failed');
    expect(await store.listWebhookDeliveries(id)).toMatchObject([{ error: 'address_not_allowed' }]);
    expect(receiver.received).toEqual([]);
  });

  it('is left out when only some of a name are private', async () => {
    const guard = createTargetGuard([], (_name, found) =>
      found(null, [
        { address: '10.0.0.1', family: 4 },
        { address: '8.8.8.8', family: 4 },
      ]),
    );
    const addresses = await new Promise((resolve) => {
      guard.lookupFor('mixed.example')('mixed.example', { all: true }, (_error, found) => resolve(found));
    });
    expect(addresses).toEqual([{ address: '8.8.8.8', family: 4 }]);
  });
});
