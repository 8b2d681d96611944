import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AgentEvent } from '../../src/protocol/agent-event.ts';
import type { AgentSummary, DashboardHint, LabelTotals } from '../../src/protocol/api.ts';
import type { SourceRequest } from '../../src/protocol/source.ts';
import type { SharedAgent } from '../store/cluster-store.ts';
import type { ControlChange, ServiceRef, ServiceState } from '../store/service-store.ts';

/** Who is behind a request of the agent protocol. */
export interface AgentClient extends ServiceRef {
  /** `X-Agent-Instance`, or null from an old client. */
  readonly instanceId: string | null;
  readonly userAgent: string;
  readonly address: string;
  /** Id of the SDK key: its revocation ends the stream. */
  readonly keyId: string;
}

/** What the agents of one service in one environment counted by one label. */
export interface ServiceLabelTotals extends ServiceRef {
  readonly totals: LabelTotals;
}

/** What a change touches; null: all environments, all services of the environment, or anything of them. */
export interface ChangeNotice {
  readonly environment: string | null;
  readonly serviceName: string | null;
  readonly kind: 'breakpoint' | 'kill_switch' | null;
}

/** All open streams of this node, to agents and to dashboards, and what is known of connected agents. */
export interface Live {
  /**
   * Takes over the response as the control stream of one agent. Its first event is `init`, unless `Last-Event-ID` names a
   * version since which this node can tell every change: then those, and a heartbeat behind them.
   */
  openAgentStream(client: AgentClient, request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Takes over the response as the hint stream of one dashboard, or (null) of a command line, which has no session. */
  openDashboardStream(sessionId: string | null, request: IncomingMessage, response: ServerResponse): void;
  /** True when a kill that could not be written yet stops this client: it is to hear of it though its state cannot be read. */
  isKilledByHand(client: AgentClient): boolean;
  /** The state of a service, cached until the next change that touches it. */
  readState(ref: ServiceRef): Promise<ServiceState>;
  /** Tells every stream that a change concerns, and the dashboards: a committed one, or a kill that could not be written yet. */
  publish(change: ControlChange): Promise<void>;
  /**
   * Another node may have changed something: what somebody listens to is read again, and told where it is different.
   * Resolves when all are told; while the store does not answer it is tried again.
   */
  refresh(notice: ChangeNotice): Promise<void>;
  /** Hands a question for source to the stream of one instance; false when it has none here. */
  askForSource(instance: ServiceRef & { readonly instanceId: string }, request: SourceRequest): boolean;
  /** True while a dashboard has a stream. */
  isWatched(): boolean;
  /** Tells the dashboards that something is to be fetched. */
  hint(hint: DashboardHint): void;
  /** Notes a poll, an event or a capture of an agent. */
  noteAgent(client: AgentClient, events?: readonly AgentEvent[]): void;
  /** False for an agent that is new while its key has as many as it may. */
  admits(client: AgentClient): boolean;
  /** How many agents are there with each key. */
  countAgentsByKey(): ReadonlyMap<string, number>;
  /** Agents seen within the last minute, or with an open stream. */
  listAgents(): AgentSummary[];
  /** The agents of {@link Live.listAgents} for other nodes, by a key that stays. */
  shareAgents(): Map<string, SharedAgent>;
  /** What these agents of a service counted by label; null: in every environment. */
  countLabels(serviceName: string, environment: string | null): LabelTotals[];
  /** The same for every service. */
  countAllLabels(): ServiceLabelTotals[];
  /** Ends the streams that a revoked key had opened, at once. */
  endKey(keyId: string): void;
  /** Ends the streams of a session that signed out, or of a personal token (`token:<id>`). */
  endSession(sessionId: string): void;
  /** What the open streams were opened with, each once. */
  listOpenAccess(): { readonly keyIds: readonly string[]; readonly sessionIds: readonly string[] };
  /** Takes no new control streams, and ends the open ones with `bye`, spread over a time. Resolves when none is left. */
  drain(overMs: number): Promise<void>;
  /** Says `bye` to agents and ends every stream at once. */
  close(): Promise<void>;
}
