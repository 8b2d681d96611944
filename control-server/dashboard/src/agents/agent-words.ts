import type { AgentSummary } from '../../../../src/protocol/api.ts';
import type { DropReason } from '../../../../src/protocol/drop-reason.ts';

/** A state in words and its colour. */
export interface StateWords {
  readonly words: string;
  readonly tone: 'ok' | 'warn' | 'stop' | 'neutral';
}

/** How the agent hears of changes. */
export function streamWords(agent: AgentSummary): StateWords {
  return agent.streaming
    ? { words: 'Streaming', tone: 'ok' }
    : {
        words: agent.status?.control === 'polling' || agent.status === null ? 'Polling' : 'Not connected',
        tone: 'warn',
      };
}

/** What the agent does about captures; a client that does not report is assumed nothing about. */
export function captureWords(agent: AgentSummary): StateWords {
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

/** Reasons with what each one means, for a person who looks for a missing snapshot. */
const DROP_WORDS: Readonly<Record<DropReason, string>> = {
  disabled: 'the breakpoint was off, or disarmed as costly',
  killed: 'capture was stopped',
  breaker: 'the server did not answer',
  rate: 'more than one a second',
  limit: 'the capture limit was reached',
  expired: 'the breakpoint had expired',
  condition: 'the condition failed or did not hold',
  unregistered: 'too many labels in one process',
  error: 'reading the values failed',
  scrub: 'scrubbing failed',
  size: 'too large even after cutting',
  queue: 'the queue was full',
  auth: 'the key was refused',
  rejected: 'the server refused it',
  send: 'sending failed after all tries',
  shutdown: 'the process ended first',
};

/** One reason for snapshots that were not stored. */
export interface DropLine {
  readonly reason: DropReason;
  readonly count: number;
  readonly words: string;
}

/** Why captures did not become snapshots, the most frequent reason first. */
export function dropLines(dropped: Readonly<Partial<Record<DropReason, number>>>): DropLine[] {
  return (Object.entries(dropped) as [DropReason, number][])
    .filter(([, count]) => count > 0)
    .map(([reason, count]) => ({ reason, count, words: DROP_WORDS[reason] }))
    .toSorted((a, b) => b.count - a.count);
}
