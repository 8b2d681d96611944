/**
 * Many agents in one process: one real one, and streams that speak its protocol and do nothing else. Tells its parent
 * when each of them had heard of a kill switch: `kill-fan-out-process.ts <streams> <endpoint> <key> <service>`.
 */
import { get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import { randomUUID } from 'node:crypto';
import { init } from '../src/index.ts';
import { API_KEY_HEADER, INSTANCE_HEADER, streamPath } from '../src/protocol/routes.ts';
import { VERSION } from '../src/protocol/version.ts';

/** What the parent is told: that all streams are open, or when each of them heard of a change, by the machine's clock. */
export type FanOutMessage =
  | { readonly kind: 'ready' }
  | { readonly kind: 'heard'; readonly enabled: boolean; readonly atMs: readonly number[] };

const [, , streams = '1', endpoint = '', apiKey = '', serviceName = ''] = process.argv;
const agents = Number(streams);
let heard: number[] = [];
let open = 0;

for (let index = 1; index < agents; index++) openStream();
const agent = init({ endpoint, apiKey, serviceName, env: false, logger: { warn() {} } });
let agentState = agent.status().state;
let isAgentOpen = false;
setInterval(() => {
  const { state, control } = agent.status();
  if (!isAgentOpen && control.version !== null) {
    isAgentOpen = true;
    opened();
  }
  if (state === agentState) return;
  agentState = state;
  hear(state === 'killed');
}, 1);

function openStream(): void {
  const url = new URL(streamPath(serviceName), endpoint);
  const headers = {
    accept: 'text/event-stream',
    [API_KEY_HEADER]: apiKey,
    [INSTANCE_HEADER]: randomUUID(),
    'user-agent': `stillframe/${VERSION} node/${process.versions.node}`,
  };
  get(url, { agent: false, headers }, read).on('error', fail);
}

function read(response: IncomingMessage): void {
  if (response.statusCode !== 200) fail(new Error(`a stream was answered ${response.statusCode}`));
  let isKilled = false;
  const parser = createParser({
    onEvent({ event, data }) {
      if (event === 'init') opened();
      if (event !== 'kill_switch') return;
      const { enabled } = JSON.parse(data) as { readonly enabled: boolean };
      if (enabled === isKilled) fail(new Error('a stream heard of the same change twice'));
      isKilled = enabled;
      hear(enabled);
    },
  });
  response.setEncoding('utf8');
  response.on('data', (chunk: string) => parser.feed(chunk));
  response.on('close', () => fail(new Error('a stream was closed')));
}

function opened(): void {
  open += 1;
  if (open === agents) tell({ kind: 'ready' });
}

function hear(enabled: boolean): void {
  heard.push(Number(process.hrtime.bigint()) / 1e6);
  if (heard.length < agents) return;
  tell({ kind: 'heard', enabled, atMs: heard });
  heard = [];
}

function tell(message: FanOutMessage): void {
  process.send?.(message);
}

function fail(error: Error): void {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
