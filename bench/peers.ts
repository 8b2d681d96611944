/**
 * The packages that ours is compared with. They are installed by `npm run bench:report` only, so nothing here needs their
 * types: what the benches use of them stands below.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** What the benches use of pino. */
export interface Pino {
  (options: object, destination: { write(line: string): void }): { info(object: object): void };
}

/** What the benches use of Sentry. */
export interface Sentry {
  initWithoutDefaultIntegrations(options: object): unknown;
  createTransport(options: object, send: (request: { readonly body: unknown }) => Promise<object>): unknown;
  captureMessage(message: string, context: { readonly extra: unknown }): string;
}

/** What the benches use of OpenTelemetry's API. */
export interface OpenTelemetry {
  readonly trace: {
    getTracer(name: string): {
      startSpan(
        name: string,
        options: { readonly attributes: object },
      ): { isRecording(): boolean; end(): void };
    };
  };
}

const PEERS = ['pino', '@sentry/node', '@opentelemetry/api', 'debug'] as const;

/** One of the packages. */
export type PeerName = (typeof PEERS)[number];

/** A file beside the packages: what requires from here gets exactly these versions. */
export const PEERS_HOME: string = import.meta.filename;

const load = createRequire(PEERS_HOME);

/** Loads a package; says how to install it when it is missing. */
export function loadPeer<T>(name: PeerName): T {
  readVersion(name);
  return load(name) as T;
}

/** `pino 10.4.0, …`. */
export function listPeers(): string {
  return PEERS.map((name) => `${name} ${readVersion(name)}`).join(', ');
}

function readVersion(name: PeerName): string {
  // Read from this folder and no other: a package of that name may lie further up in another version.
  const file = join(import.meta.dirname, 'node_modules', name, 'package.json');
  if (!existsSync(file)) throw new Error(`${name} is not installed: run npm ci --prefix bench`);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
