import type { AgentSummary, ServiceSummary, SnapshotSummary } from '../../../src/protocol/api.ts';

/** What an agent says of itself, running well unless told otherwise. */
export function agentStatus(
  fields: Partial<NonNullable<AgentSummary['status']>> = {},
): NonNullable<AgentSummary['status']> {
  return {
    capture: 'running',
    control: 'open',
    breaker: 'closed',
    agentVersion: '0.1.0',
    runtime: 'node 24',
    host: 'web-1',
    pid: 42,
    environment: 'production',
    release: null,
    commit: null,
    startedAt: '2026-11-21T10:00:00.000Z',
    captured: 0,
    stored: 0,
    spooled: 0,
    queued: 0,
    unconfirmed: 0,
    dropped: {},
    lastError: null,
    ...fields,
  };
}

/** An agent with an open stream. */
export function agent(fields: Partial<AgentSummary> = {}): AgentSummary {
  return {
    instanceId: '3174a57b-543f-4797-b8ee-924498f11382',
    serviceName: 'shop',
    environment: 'production',
    userAgent: 'stillframe/0.1.0 node/24',
    address: '127.0.0.1',
    connectedAt: '2026-11-21T10:00:00.000Z',
    lastSeenAt: '2026-11-21T10:00:00.000Z',
    streaming: true,
    connectionLostAt: null,
    unknown: false,
    status: agentStatus(),
    breakpoints: [],
    ...fields,
  };
}

/** One row of a list; its cursor is its number behind a `c`. */
export function snapshotSummary(number: number): SnapshotSummary {
  return {
    id: String(number),
    cursor: `c${number}`,
    serviceName: 'shop',
    environment: 'default',
    label: 'checkout',
    filePath: '/app/a.ts',
    lineNumber: 1,
    functionName: 'f',
    breakpointId: null,
    instanceId: null,
    traceId: null,
    mode: 'snapshot',
    capturedAt: '2026-11-21T10:00:00.000Z',
    receivedAt: '2026-11-21T10:00:00.000Z',
    preview: '',
    flags: [],
    pinned: false,
    sizeBytes: 100,
  };
}

/** A service with one agent, in which nothing happens. */
export function service(fields: Partial<ServiceSummary> = {}): ServiceSummary {
  return {
    name: 'shop',
    environment: 'production',
    agentsOnline: 1,
    breakpoints: { total: 0, enabled: 0 },
    snapshotsLastHour: 0,
    snapshotsByFiveMinutes: [],
    killed: { global: false, service: false },
    release: null,
    commit: null,
    firstSeenAt: '2026-11-21T10:00:00.000Z',
    lastSeenAt: '2026-11-21T10:00:00.000Z',
    ...fields,
  };
}
