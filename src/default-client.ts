import type { AgentStatus } from './agent-status.ts';
import type { Agent, SnapshotAgent } from './snapshot-agent.ts';
import { obtainHandle } from './capture/capture-point.ts';
import type { CapturePoints } from './capture/capture-point.ts';
import { createBooks } from './books.ts';

/** One object that stands for whichever agent this process has, so that a module may fetch it before `init` ran. */
export function createDefaultClient(current: () => Agent | null, points: CapturePoints): SnapshotAgent {
  const client: SnapshotAgent = {
    captureSnapshot: (label, vars) => current()?.captureBelow(label, vars, client.captureSnapshot),
    capturePoint: (label) => current()?.capturePoint(label) ?? obtainHandle(points, label),
    getSnapshotClient: () => current()?.getSnapshotClient() ?? null,
    isEnabled: () => current()?.isEnabled() ?? false,
    status: () => current()?.status() ?? NOT_STARTED,
    flush: async (timeoutMs) => (await current()?.flush(timeoutMs)) ?? { unsent: 0 },
    shutdown: async (timeoutMs) => current()?.shutdown(timeoutMs),
    [Symbol.asyncDispose]: async () => current()?.shutdown(),
  };
  return client;
}

const NOT_STARTED: AgentStatus = {
  state: 'off',
  timeInStateMs: { running: 0, off: 0, killed: 0, breaker_open: 0 },
  serviceName: '',
  endpoint: '',
  proxy: null,
  instanceId: '',
  environment: null,
  control: { connection: 'closed', version: null },
  breaker: 'closed',
  labels: 0,
  breakpoints: 0,
  captured: 0,
  stored: 0,
  spooled: 0,
  held: 0,
  queued: 0,
  unconfirmed: 0,
  dropped: createBooks().totals().dropped,
  byLabel: {},
  source: { access: false, shown: 0, refused: {}, unsent: 0 },
  problems: [
    {
      code: 'STILLFRAME_NOT_STARTED',
      message: 'init was not called: call it once at the start, or run node --import stillframe/register.',
    },
  ],
  lastError: null,
};
