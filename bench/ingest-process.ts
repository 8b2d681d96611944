/**
 * A control server that measures its own event loop: `ingest-process.ts <data folder>`. Tells its parent where it is;
 * asked for it, how long its event loop was late since the last time, and what CPU it took.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createControlServer } from '../control-server/server.ts';

/** To the parent. */
export type IngestMessage =
  | { readonly kind: 'ready'; readonly url: string; readonly secret: string; readonly localToken: string }
  | {
      readonly kind: 'measured';
      readonly p50Ms: number;
      readonly p99Ms: number;
      readonly maxMs: number;
      readonly cpuSeconds: number;
    };

const [, , dataFolder = ''] = process.argv;
const server = await createControlServer({
  dataFolder,
  port: 0,
  logLevel: 'silent',
  // What one key may send is not what a server can take.
  keySnapshotsPerSecond: 1_000_000,
  keyMbPerDay: 1_048_576,
});
const { secret } = await server.createKey({
  name: 'ingest',
  environment: 'default',
  serviceName: null,
  scopes: ['ingest', 'control:read'],
});
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
let cpu = process.cpuUsage();

process.on('message', () => {
  const { user, system } = process.cpuUsage(cpu);
  tell({
    kind: 'measured',
    // What the histogram holds is the time from one look to the next; of it, one millisecond is wanted.
    p50Ms: delay.percentile(50) / 1e6 - 1,
    p99Ms: delay.percentile(99) / 1e6 - 1,
    maxMs: delay.max / 1e6 - 1,
    cpuSeconds: (user + system) / 1e6,
  });
  delay.reset();
  cpu = process.cpuUsage();
});
tell({ kind: 'ready', url: server.url, secret, localToken: server.localToken });

function tell(message: IngestMessage): void {
  process.send?.(message);
}
