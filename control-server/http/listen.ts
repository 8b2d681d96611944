import type { App } from './app.ts';

/**
 * Listens on the first port that is free.
 *
 * @param ports tried in this order; the last refusal is thrown, and any refusal but "in use" at once
 * @returns the port, which for 0 is the one that the system chose
 */
export async function listenOnFirstFree(app: App, host: string, ports: readonly number[]): Promise<number> {
  const [port, ...others] = ports;
  try {
    await app.listen({ host, port: port ?? 0 });
  } catch (error) {
    if (!isPortInUse(error) || others.length === 0) throw error;
    return listenOnFirstFree(app, host, others);
  }
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : (port ?? 0);
}

/** True for the refusal of a port on which somebody else listens. */
export function isPortInUse(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
