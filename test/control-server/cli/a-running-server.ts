import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createControlServer } from '../../../control-server/server.ts';
import type { ControlServer } from '../../../control-server/server.ts';

/** A folder of its own that is gone after the test. */
export function createTemporaryFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'stillframe-cli-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** A real control server on a free port, and a service that sends to it. */
export interface RunningServer extends AsyncDisposable {
  readonly server: ControlServer;
  /** Stores one snapshot, as the service `serviceName` sends it. */
  capture(snapshot: {
    readonly serviceName?: string;
    readonly label?: string;
    readonly variables?: unknown;
  }): Promise<void>;
  /** The label as a service registers it. */
  register(label: string, serviceName?: string): Promise<void>;
  /** What an agent of the service `shop` says of breakpoints. */
  report(instanceId: string, words: readonly BreakpointWord[]): Promise<void>;
  close(): Promise<void>;
}

/** One breakpoint in one agent. */
export interface BreakpointWord {
  readonly breakpoint_id: string;
  readonly state: string;
  readonly reason: string | null;
}

/** @param port a certain one, for a server that comes back */
export async function startServer(dataFolder: string, port = 0): Promise<RunningServer> {
  const server = await createControlServer({ dataFolder, port, logLevel: 'silent' });
  const { secret } = await server.createKey({
    name: 'test',
    environment: 'default',
    serviceName: null,
    scopes: ['ingest', 'control:read'],
  });
  async function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<void> {
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: { 'x-api-key': secret, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  }
  let isClosed = false;
  async function close(): Promise<void> {
    if (isClosed) return;
    isClosed = true;
    await server.close();
  }
  return {
    server,
    capture: ({ serviceName = 'shop', label = 'checkout', variables = { total: 42 } }) =>
      post('/sdk/snapshots/capture', {
        snapshot_id: randomUUID(),
        service_name: serviceName,
        label,
        file_path: '/app/src/order.ts',
        line_number: 7,
        function_name: 'placeOrder',
        variables,
        captured_at: new Date().toISOString(),
      }),
    register: (label, serviceName = 'shop') =>
      post('/sdk/snapshots/auto-register', {
        service_name: serviceName,
        file_path: '/app/src/order.ts',
        line_number: 7,
        function_name: 'placeOrder',
        label,
      }),
    report: (instanceId, words) =>
      post(
        '/sdk/snapshots/active/shop',
        { events: words.map((word) => ({ type: 'breakpoint_status', ...word })) },
        { 'x-agent-instance': instanceId },
      ),
    close,
    [Symbol.asyncDispose]: close,
  };
}
