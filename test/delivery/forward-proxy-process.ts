import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('fixtures/forward-proxy.ts', import.meta.url));

/** A request as the proxy saw it. */
export interface ProxiedRequest {
  readonly method: string;
  readonly target: string;
  readonly credentials: string | null;
}

/** A forward proxy in a process of its own. */
export interface ForwardProxy {
  readonly port: number;
  readonly requests: readonly ProxiedRequest[];
  behave(mode: 'work' | 'refuse' | 'hang'): Promise<void>;
  close(): Promise<void>;
}

/** Starts the proxy, which takes every host name for this machine. */
export async function startForwardProxy(): Promise<ForwardProxy> {
  const child = fork(PROGRAM, { execArgv: [] });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  const requests: ProxiedRequest[] = [];
  let onMode: (mode: string) => void = () => {};
  child.on('message', (message: ProxiedRequest | { mode: string }) => {
    if ('method' in message) requests.push(message);
    else onMode(message.mode);
  });
  return {
    port,
    requests,
    behave(mode) {
      return new Promise((resolve) => {
        onMode = (reached) => {
          if (reached === mode) resolve();
        };
        child.send(mode);
      });
    },
    async close() {
      const exited = once(child, 'exit');
      child.kill();
      await exited;
    },
  };
}
