import { createServer } from 'node:http';
import { createLive } from '../../../control-server/live/create-live.ts';
import type { LiveOptions } from '../../../control-server/live/live-options.ts';
import type { AgentClient, Live } from '../../../control-server/live/live.ts';
import { listen } from './listen.ts';
import { createStateSource } from './state-source.ts';
import type { StateSource } from './state-source.ts';
import { openStream } from './stream-reader.ts';
import type { StreamReader } from './stream-reader.ts';

/** A live room behind a bare HTTP server. */
export interface LiveServer {
  readonly live: Live;
  readonly source: StateSource;
  readonly problems: readonly string[];
  /** @param lastEventId of an earlier stream, by a client that comes back */
  readonly openAgent: (fields?: Partial<AgentClient>, lastEventId?: string) => Promise<StreamReader>;
  /** Null: the command line, which has no session. */
  readonly openDashboard: (sessionId?: string | null) => Promise<StreamReader>;
  readonly close: () => Promise<void>;
}

/** A client of ours with nothing special about it. */
export function agentClient(fields: Partial<AgentClient> = {}): AgentClient {
  return {
    environment: 'default',
    serviceName: 'shop',
    instanceId: null,
    userAgent: 'stillframe/0.1.0 node/24.0.0',
    address: '127.0.0.1',
    keyId: 'key-1',
    ...fields,
  };
}

/** Starts a live room on a free port. */
export async function startLive(options: Partial<LiveOptions> = {}): Promise<LiveServer> {
  const source = createStateSource();
  const problems: string[] = [];
  const live = createLive({
    readState: source.readState,
    serverVersion: '0.1.0',
    onProblem: (problem) => problems.push(problem),
    ...options,
  });
  const clients = new Map<string, AgentClient>();
  const server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? '').slice(1));
    const client = clients.get(name);
    if (client === undefined) live.openDashboardStream(name === '' ? null : name, request, response);
    else live.openAgentStream(client, request, response).catch(() => response.destroy());
  });
  const port = await listen(server);
  let count = 0;
  return {
    live,
    source,
    problems,
    openAgent(fields, lastEventId) {
      const name = `agent-${++count}`;
      clients.set(name, agentClient(fields));
      const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
      return openStream(`http://127.0.0.1:${port}/${name}`, headers);
    },
    openDashboard: (sessionId = 'session-1') => openStream(`http://127.0.0.1:${port}/${sessionId ?? ''}`),
    async close() {
      await live.close();
      server.closeAllConnections();
      server.close();
    },
  };
}
