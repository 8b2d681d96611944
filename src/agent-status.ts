import type { AgentStatusEvent, CaptureState, ControlConnection } from './protocol/agent-event.ts';
import { DROP_REASONS } from './protocol/drop-reason.ts';
import type { DropCounts } from './protocol/drop-reason.ts';
import type { LabelCounts, LabelReport } from './protocol/label-counts.ts';
import { VERSION } from './protocol/version.ts';
import type { ConfigurationProblem } from './errors.ts';
import type { SourceStatus } from './late-sources.ts';

/** What `status()` tells: everything that a person needs to see why something is, or is not, captured. */
export interface AgentStatus {
  /** What it does about captures: only while `running` it takes any. */
  readonly state: CaptureState;
  /** Milliseconds spent in each state: calls that the closed gate stopped are not counted one by one. */
  readonly timeInStateMs: Readonly<Record<CaptureState, number>>;
  /** As the dashboard shows this service. */
  readonly serviceName: string;
  /** Base URL of the control server. */
  readonly endpoint: string;
  /** The proxy on the way there, without credentials, or null. */
  readonly proxy: string | null;
  /** UUID of this agent, made anew at each start. */
  readonly instanceId: string;
  /** The option `environment`; the one that snapshots are stored in follows from the key. */
  readonly environment: string | null;
  readonly control: {
    /** How it hears of changes: by a stream while `open`, else by asking now and then. */
    readonly connection: ControlConnection;
    /** `"<epoch>-<rev>"` of the control state in force, or null while none is known. */
    readonly version: string | null;
  };
  /** `open` after too many failed deliveries: nothing is captured. `half_open` while one delivery is tried. */
  readonly breaker: 'closed' | 'open' | 'half_open';
  /** Labels that this process has met. */
  readonly labels: number;
  /** Breakpoints that the server told of, of labels and lines. */
  readonly breakpoints: number;
  /** Snapshots taken. */
  readonly captured: number;
  /** Snapshots that the control server confirmed. */
  readonly stored: number;
  /** Snapshots that could not be sent and are kept in `failedPayloadsDir`; sending them later does not change this. */
  readonly spooled: number;
  /** First captures that wait to hear of their breakpoint. */
  readonly held: number;
  /** Snapshots between the capture and the server's answer. */
  readonly queued: number;
  /**
   * Of those that are queued, spooled or lost: sent, while the answer has not come or never will. The control server got at
   * least `stored` snapshots, and at most `stored + unconfirmed`.
   */
  readonly unconfirmed: number;
  /** Losses by reason. `captured = stored + spooled + held + queued + (losses after the capture)`. */
  readonly dropped: DropCounts;
  /** The same by label, for the labels that were met. What was lost after its capture counts here too. */
  readonly byLabel: Readonly<Record<string, LabelCounts>>;
  /** The source that this process shows: whether it does, what was shown and what was refused. */
  readonly source: SourceStatus;
  /** What is wrong with the configuration, and what was used instead. */
  readonly problems: readonly ConfigurationProblem[];
  /** What the latest failed request met, or null. */
  readonly lastError: string | null;
}

/** What does not change while an agent runs, as its reports say it. */
export interface AgentDescription {
  readonly host: string;
  readonly release: string | null;
  readonly commit: string | null;
  /** RFC 3339 start of the agent. */
  readonly startedAt: string;
}

/**
 * The status as the report that the control server gets of it.
 * @param labels counts that are due to be told
 */
export function toStatusEvent(
  status: AgentStatus,
  agent: AgentDescription,
  labels: readonly LabelReport[],
): AgentStatusEvent {
  return {
    type: 'agent_status',
    capture: status.state,
    control: status.control.connection,
    breaker: status.breaker,
    agentVersion: VERSION,
    runtime: `node ${process.versions.node}`,
    host: agent.host,
    pid: process.pid,
    environment: status.environment,
    release: agent.release,
    commit: agent.commit,
    startedAt: agent.startedAt,
    captured: status.captured,
    stored: status.stored,
    spooled: status.spooled,
    queued: status.queued,
    unconfirmed: status.unconfirmed,
    dropped: Object.fromEntries(
      DROP_REASONS.filter((reason) => status.dropped[reason] > 0).map((reason) => [
        reason,
        status.dropped[reason],
      ]),
    ),
    labels,
    lastError: status.lastError,
  };
}
