import type { AgentSummary } from '../../src/protocol/api.ts';
import { AGENT_USER_AGENT_PREFIX } from '../../src/protocol/routes.ts';
import type { SourceAnswer, SourceWanted } from '../../src/protocol/source.ts';
import { createAnswerCache } from './answer-cache.ts';
import type { InstanceRef, SourceExchange } from './source-exchange.ts';

/** What became of a question to one instance; null: it was not asked. */
export interface Asked {
  readonly agent: AgentSummary;
  readonly answer: SourceAnswer | 'no_answer' | null;
}

/** Which instances are meant. */
export interface InstanceFilter {
  readonly serviceName: string;
  /** Null: every environment. */
  readonly environment: string | null;
  /** Null: every instance. */
  readonly instanceId: string | null;
}

/** The code of running services, as their agents show it. */
export interface ServiceSources {
  /** The lists of the running instances. At most eight are asked, those first that connected last. */
  listFiles(filter: InstanceFilter): Promise<readonly Asked[]>;
  /** One file of one instance. */
  readFile(agent: AgentSummary, fileId: string): Promise<Asked>;
}

const MAX_ASKED = 8;
/** Questions to agents at a time, since an answer has megabytes at worst; further ones are refused. */
const MAX_UNDER_WAY = 32;

/** Asks agents, and keeps what they said for a moment. */
export function createServiceSources(deps: {
  readonly exchange: Pick<SourceExchange, 'ask'>;
  readonly listAgents: () => Promise<readonly AgentSummary[]>;
}): ServiceSources {
  const cache = createAnswerCache();
  let underWay = 0;

  async function askNow(instance: InstanceRef, wanted: SourceWanted): Promise<SourceAnswer | null> {
    if (underWay >= MAX_UNDER_WAY) return { kind: 'refused', code: 'too_many_requests' };
    underWay += 1;
    try {
      const answer = await deps.exchange.ask(instance, wanted);
      return answer !== null && isAbout(answer, wanted) ? answer : null;
    } finally {
      underWay -= 1;
    }
  }

  async function ask(agent: AgentSummary, wanted: SourceWanted): Promise<Asked> {
    const { environment, serviceName, instanceId } = agent;
    const key = JSON.stringify([environment, serviceName, instanceId, wanted]);
    const answer = await cache.get(key, () => askNow({ environment, serviceName, instanceId }, wanted));
    return { agent, answer: answer ?? 'no_answer' };
  }

  return {
    async listFiles({ serviceName, environment, instanceId }) {
      const agents = (await deps.listAgents())
        .filter((agent) => agent.serviceName === serviceName && agent.connectionLostAt === null)
        .filter((agent) => environment === null || agent.environment === environment)
        .filter((agent) => instanceId === null || agent.instanceId === instanceId)
        .toSorted((a, b) => (a.connectedAt < b.connectedAt ? 1 : -1));
      const asked = agents.filter(canBeAsked).slice(0, MAX_ASKED);
      const others = agents.filter((agent) => !asked.includes(agent));
      const answered = await Promise.all(asked.map((agent) => ask(agent, { kind: 'tree' })));
      return [...answered, ...others.map((agent) => ({ agent, answer: null }))];
    },
    readFile: (agent, fileId) => ask(agent, { kind: 'file', fileId }),
  };
}

/** True for a refusal, and for what was asked for. */
function isAbout(answer: SourceAnswer, wanted: SourceWanted): boolean {
  if (answer.kind === 'file') return wanted.kind === 'file' && answer.file.id === wanted.fileId;
  return answer.kind === 'refused' || answer.kind === wanted.kind;
}

/** True for an agent of ours that has a stream somewhere. */
function canBeAsked(agent: AgentSummary): boolean {
  return agent.streaming && !agent.unknown && agent.userAgent.startsWith(AGENT_USER_AGENT_PREFIX);
}
