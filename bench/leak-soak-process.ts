/**
 * An agent's way out and way in, each failing all the time: `leak-soak-process <uploads|reconnects> <count> <endpoint>`.
 * Prints what it kept of it. Run with `--expose-gc`.
 */
import { createControl } from '../src/control/create-control.ts';
import { createDelivery } from '../src/delivery/create-delivery.ts';
import { createTransport } from '../src/delivery/transport.ts';
import { STREAM_PATH } from '../src/protocol/routes.ts';
import { aSnapshot } from '../test/helpers/a-snapshot.ts';
import { mulberry32 } from '../test/helpers/mulberry32.ts';
import { until } from '../test/helpers/until.ts';

/** What was measured after half of them, when everything is compiled, and after all. */
export interface LeakOutcome {
  readonly failures: number;
  readonly heapBefore: number;
  readonly heapAfter: number;
  readonly externalBefore: number;
  readonly externalAfter: number;
}

const SILENT = { problem() {}, warn() {}, debug() {} };
const PATIENCE_MS = 600_000;
/** So many, since V8 lets go of code that is not used any more only when it has seen it unused several times. */
const COLLECTIONS = 10;

const [, , what = '', countText = '10000', endpoint = ''] = process.argv;
const count = Number(countText);
const transport = createTransport({
  endpoint: new URL(endpoint),
  apiKey: () => 'sf_abcdefghijkl_test',
  instanceId: 'soak',
  userAgent: 'soak',
});

const outcome = what === 'uploads' ? await failToUpload() : await reconnect();
await transport.close();
process.stdout.write(JSON.stringify(outcome));

/** One batch after the other is refused by a server that has a fault. */
async function failToUpload(): Promise<LeakOutcome> {
  let failures = 0;
  const delivery = createDelivery({
    transport,
    serviceName: 'soak',
    log: SILENT,
    limits: { maxTries: 1, lingerMs: 0, breakerFailures: Number.MAX_SAFE_INTEGER },
    onDrop: (_reason, dropped) => (failures += dropped),
  });
  const run = async (): Promise<void> => {
    delivery.submit(aSnapshot({ variables: { text: 'A line of an order '.repeat(100) } }));
    await delivery.flush(5_000);
  };
  for (let index = 0; index < count / 2; index++) await run();
  const before = collected();
  for (let index = count / 2; index < count; index++) await run();
  const after = collected();
  await delivery.close(0);
  return toOutcome(failures, before, after);
}

/** One stream after the other ends as soon as it has begun. */
async function reconnect(): Promise<LeakOutcome> {
  let failures = 0;
  const control = createControl({
    streamUrl: transport.resolve(STREAM_PATH),
    openStream: async (...request) => {
      failures += 1;
      return transport.openStream(...request);
    },
    poll: () => Promise.reject(new Error('not now')),
    apply() {},
    log: SILENT,
    timings: { minBackoffMs: 1, maxBackoffMs: 1, firstPollMs: PATIENCE_MS },
    random: mulberry32(1),
  });
  control.start();
  await until('half of the reconnects', () => failures >= count / 2, PATIENCE_MS);
  const before = collected();
  await until('all reconnects', () => failures >= count, PATIENCE_MS);
  const after = collected();
  control.close();
  return toOutcome(failures, before, after);
}

function toOutcome(failures: number, before: NodeJS.MemoryUsage, after: NodeJS.MemoryUsage): LeakOutcome {
  return {
    failures,
    heapBefore: before.heapUsed,
    heapAfter: after.heapUsed,
    externalBefore: before.external,
    externalAfter: after.external,
  };
}

function collected(): NodeJS.MemoryUsage {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('run with --expose-gc');
  for (let index = 0; index < COLLECTIONS; index++) collect();
  return process.memoryUsage();
}
