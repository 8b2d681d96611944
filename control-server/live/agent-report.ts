import type { AgentEvent } from '../../src/protocol/agent-event.ts';
import type { AgentSummary } from '../../src/protocol/api.ts';
import { laterCounts } from '../../src/protocol/label-counts.ts';
import type { LabelCounts, LabelReport } from '../../src/protocol/label-counts.ts';
import { MAX_BREAKPOINTS_PER_SERVICE, MAX_LABELS_PER_PROCESS } from '../../src/protocol/limits.ts';

/** What an agent last said of itself. */
export interface AgentReport {
  status: AgentSummary['status'];
  readonly breakpoints: Map<string, AgentSummary['breakpoints'][number]>;
  readonly labels: Map<string, LabelCounts>;
}

/** How much more may be kept, of all agents together: what was not reported before is left out beyond it. */
export interface ReportRoom {
  readonly breakpoints: number;
  readonly labels: number;
}

/** Longest text kept of a report; what a client sends stays in memory for as long as it is there. */
const MAX_TEXT = 512;
/** Longest id of a breakpoint: ours are UUIDs. */
const MAX_ID = 64;

/** Notes an event. A report has at most as many breakpoints as a service, and as many labels as a process, can have. */
export function takeAgentEvent(report: AgentReport, event: AgentEvent, room: ReportRoom): void {
  switch (event.type) {
    case 'agent_status': {
      const { type: _, labels, ...status } = event;
      takeLabels(report.labels, labels, room.labels);
      report.status = {
        ...status,
        agentVersion: cut(status.agentVersion),
        runtime: cut(status.runtime),
        host: cut(status.host),
        environment: cutOptional(status.environment),
        release: cutOptional(status.release),
        commit: cutOptional(status.commit),
        startedAt: cut(status.startedAt),
        lastError: cutOptional(status.lastError),
      };
      return;
    }
    case 'breakpoint_status': {
      const breakpointId = event.breakpointId.slice(0, MAX_ID);
      const { breakpoints } = report;
      const hasRoom = room.breakpoints > 0 && breakpoints.size < MAX_BREAKPOINTS_PER_SERVICE;
      if (!hasRoom && !breakpoints.has(breakpointId)) return;
      breakpoints.set(breakpointId, {
        breakpointId,
        state: event.state,
        reason: cutOptional(event.reason),
        ...(event.activity === undefined ? {} : { activity: event.activity }),
      });
      return;
    }
    case 'circuit_breaker_tripped':
      // About the past, and from old clients only; the status of ours carries what is so now.
      return;
  }
}

function takeLabels(known: AgentReport['labels'], reports: readonly LabelReport[], room: number): void {
  const maxLabels = Math.min(MAX_LABELS_PER_PROCESS, known.size + room);
  for (const { label, ...counts } of reports) {
    const before = known.get(label);
    if (before !== undefined) known.set(label, laterCounts(before, counts));
    else if (known.size < maxLabels) known.set(label, counts);
  }
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : text.slice(0, MAX_TEXT);
}

function cutOptional(text: string | null): string | null {
  return text === null ? null : cut(text);
}
