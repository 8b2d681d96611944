import { rmSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { NewSdkKey } from '../../src/protocol/api.ts';
import { openStream } from '../control-server/live/stream-reader.ts';
import type { StreamReader } from '../control-server/live/stream-reader.ts';
import { startControlServerProcess } from './control-server-process.ts';
import type { ControlServerProcess } from './control-server-process.ts';

/** The instance of the agent that the streams of a test are for. */
export const AGENT = '3174a57b-543f-4797-b8ee-924498f11382';

/** By which our agent is told from those of other languages, which are held to a rate. */
export const OURS: Readonly<Record<string, string>> = {
  'x-agent-instance': AGENT,
  'user-agent': 'stillframe/0.1.0 node/24',
};

/**
 * A control server on PostgreSQL in a process of its own, with a data folder of its own.
 * @param atEnd takes what ends it; default: it is gone after the test
 */
export async function startNodeProcess(
  databaseUrl: string,
  atEnd: (end: () => Promise<void>) => void = onTestFinished,
): Promise<ControlServerProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'stillframe-node-'));
  const node = await startControlServerProcess(folder, 0, [], { STILLFRAME_DATABASE_URL: databaseUrl });
  atEnd(async () => {
    await node.end('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  return node;
}

/** A key for agents of any service. */
export async function createKey(node: ControlServerProcess): Promise<NewSdkKey> {
  const { status, body } = await node.api('POST', '/api/keys', { name: 'shop' });
  if (status !== 201) throw new Error(`The key was not made: ${JSON.stringify(body)}`);
  // The route answers with what its schema says.
  return body as NewSdkKey;
}

/** The control stream of an agent of `shop`, after its first event. */
export async function openAgentStream(node: ControlServerProcess, key: string): Promise<StreamReader> {
  const stream = await openStream(`${node.url}/sdk/snapshots/stream/shop`, {
    'x-api-key': key,
    ...OURS,
  });
  onTestFinished(() => stream.close());
  await stream.next('init');
  return stream;
}

/** Sends some snapshots of `shop` as an agent does. */
export function capture(node: ControlServerProcess, key: string, ids: readonly string[]): Promise<Response> {
  return fetch(`${node.url}/sdk/snapshots/capture`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key, ...OURS },
    body: JSON.stringify(ids.map((id) => ({ ...WIRE, snapshot_id: id }))),
  });
}

const WIRE = {
  service_name: 'shop',
  label: 'checkout',
  file_path: '/app/src/order.ts',
  function_name: 'placeOrder',
  line_number: 42,
  variables: { total: 12 },
  captured_at: '2026-11-21T10:00:00.000Z',
};
