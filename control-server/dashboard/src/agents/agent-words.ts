import type { AgentSummary } from '../../../../src/protocol/api.ts';
import type { DropReason } from '../../../../src/protocol/drop-reason.ts';
import type { DroppedByReason } from '../../../../src/protocol/label-counts.ts';

/** A state in words and its colour. */
export interface StateWords {
  readonly words: string;
  readonly tone: 'ok' | 'warn' | 'stop' | 'neutral';
}

const GONE: StateWords = { words: 'Not known', tone: 'neutral' };

/** Whether the agent hears of changes and tells what it does; a client that only polls does. */
export function isConnected({ unknown, streaming, connectionLostAt, status }: AgentSummary): boolean {
  return (
    !unknown && connectionLostAt === null && (streaming || status === null || status.control === 'polling')
  );
}

/** How the agent hears of changes. */
export function streamWords(agent: AgentSummary): StateWords {
  if (agent.unknown) return { words: 'Unknown', tone: 'neutral' };
  if (agent.connectionLostAt !== null) return { words: 'Connection lost', tone: 'warn' };
  return agent.streaming
    ? { words: 'Streaming', tone: 'ok' }
    : { words: isConnected(agent) ? 'Polling' : 'Not connected', tone: 'warn' };
}

/** What the agent does about captures; nothing is assumed of a client that does not report, or that is gone. */
export function captureWords(agent: AgentSummary): StateWords {
  if (agent.connectionLostAt !== null) return GONE;
  switch (agent.status?.capture) {
    case 'running':
      return { words: 'Capturing', tone: 'ok' };
    case 'killed':
      return { words: 'Stopped', tone: 'stop' };
    case 'breaker_open':
      return { words: 'Paused by breaker', tone: 'warn' };
    case 'off':
      return { words: 'Off', tone: 'neutral' };
    default:
      return { words: 'Not reported', tone: 'neutral' };
  }
}

/** The circuit breaker of the agent's deliveries. */
export function breakerWords(agent: AgentSummary): StateWords {
  if (agent.connectionLostAt !== null) return GONE;
  switch (agent.status?.breaker) {
    case 'open':
      return { words: 'Open', tone: 'stop' };
    case 'half_open':
      return { words: 'Probing', tone: 'warn' };
    case 'closed':
      return { words: 'Closed', tone: 'ok' };
    default:
      return { words: 'Not reported', tone: 'neutral' };
  }
}

/** `suppressed`: the call was not to become a snapshot; `lost`: it was to, and did not. */
export type DropOutcome = 'suppressed' | 'lost';

/** Reasons with what each one means, for a person who looks for a missing snapshot. */
const DROP_MEANINGS: Readonly<Record<DropReason, readonly [outcome: DropOutcome, words: string]>> = {
  disabled: ['suppressed', 'the breakpoint was off, or disarmed as costly'],
  killed: ['suppressed', 'capture was stopped'],
  breaker: ['lost', 'the server did not answer'],
  rate: ['suppressed', 'more than one a second'],
  limit: ['suppressed', 'the capture limit was reached'],
  expired: ['suppressed', 'the breakpoint had expired'],
  condition: ['suppressed', 'the condition failed or did not hold'],
  unregistered: ['suppressed', 'the breakpoint was not known yet, or too many labels in one process'],
  error: ['lost', 'reading the values failed'],
  scrub: ['lost', 'scrubbing failed'],
  size: ['lost', 'too large even after cutting'],
  queue: ['lost', 'the queue was full'],
  auth: ['lost', 'the key was refused'],
  rejected: ['lost', 'the server refused it'],
  send: ['lost', 'sending failed after all tries'],
  shutdown: ['lost', 'the process ended first'],
};

/** One reason for snapshots that were not stored. */
export interface DropLine {
  readonly reason: DropReason;
  readonly outcome: DropOutcome;
  readonly count: number;
  readonly words: string;
}

/** Why captures did not become snapshots, the most frequent reason first. */
export function dropLines(dropped: DroppedByReason): DropLine[] {
  return (Object.entries(dropped) as [DropReason, number][])
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => {
      const [outcome, words] = DROP_MEANINGS[reason];
      return { reason, outcome, count, words };
    })
    .toSorted((a, b) => b.count - a.count);
}

/** How many calls were not to become a snapshot, and how many were to and did not. */
export function tallyDrops(dropped: DroppedByReason): Readonly<Record<DropOutcome, number>> {
  const tally = { suppressed: 0, lost: 0 };
  for (const { outcome, count } of dropLines(dropped)) tally[outcome] += count;
  return tally;
}
