/** Loaded before a server: says what it cost until it listened, and ends it as `kill -9` does. */
import { writeSync } from 'node:fs';
import { Server } from 'node:net';
import { isMainThread } from 'node:worker_threads';

/** From the start of the process to its first listening. */
export interface ServerStart {
  /** All threads. */
  readonly cpuMs: number;
  /** The main thread. */
  readonly threadMs: number;
  readonly wallMs: number;
}

// oxlint-disable-next-line unbound-method -- called with the server that it is called on
const { listen } = Server.prototype;

if (isMainThread) {
  Server.prototype.listen = function (this: Server, ...args: unknown[]): Server {
    this.once('listening', () => {
      const all = process.cpuUsage();
      const main = process.threadCpuUsage();
      const start: ServerStart = {
        cpuMs: (all.user + all.system) / 1_000,
        threadMs: (main.user + main.system) / 1_000,
        wallMs: performance.now(),
      };
      writeSync(1, JSON.stringify(start));
      process.kill(process.pid, 'SIGKILL');
    });
    return Reflect.apply(listen, this, args) as Server;
  };
}
