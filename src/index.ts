/**
 * Stillframe's agent: a synchronous `captureSnapshot(label, vars)` that is safe in hot paths. Importing it changes
 * nothing and opens nothing; `init` does.
 * @module
 */
import { hostname } from 'node:os';
import { setImmediate, setTimeout } from 'node:timers';
import type { AgentOptions } from './agent-options.ts';
import type { AgentStatus } from './agent-status.ts';
import { createAgent } from './agent.ts';
import { CapturePoints } from './capture/capture-point.ts';
import type { CaptureHandle, Variables } from './capture/capture-point.ts';
import { createDefaultClient } from './default-client.ts';
import { loadPackages } from './delivery/load-packages.ts';
import { ConfigurationError } from './errors.ts';
import { createLateLink } from './late-link.ts';
import { checkOptionFiles } from './options-files.ts';
import { resolveOptions } from './options.ts';
import type { OptionSurroundings } from './options.ts';
import { readPackageName } from './package-name.ts';
import type { Agent, FlushResult, SnapshotAgent } from './snapshot-agent.ts';

export type { AgentStatus } from './agent-status.ts';
export type { FlushResult, SnapshotAgent } from './snapshot-agent.ts';
export type { CaptureHandle, Variables } from './capture/capture-point.ts';
export { ConfigurationError, FlushError } from './errors.ts';
export type { ConfigurationProblem, ProblemCode } from './errors.ts';
export type { UserLogger } from './log.ts';
export type { AgentOptions, PiiPattern } from './agent-options.ts';
export type { CaptureState, ControlConnection } from './protocol/agent-event.ts';
export type { DropCounts, DropReason } from './protocol/drop-reason.ts';
export type { LabelCounts } from './protocol/label-counts.ts';
export { VERSION } from './protocol/version.ts';

// The only module-level state of the agent: the gate that the hot path tests, the labels behind it, which outlive an
// agent so that a handle made before `init` works after it, and the default agent.
let gateMask = 0;
const points = new CapturePoints();
let defaultAgent: Agent | null = null;

const defaultClient: SnapshotAgent = createDefaultClient(() => defaultAgent, points);

/**
 * Starts the agent of this process. Never waits for the network and never throws (but see `strict`).
 * @returns the agent; called again, the same one, with a warning
 * @throws ConfigurationError with `strict: true` only
 */
export function init(options: AgentOptions = {}): SnapshotAgent {
  const running = defaultAgent;
  if (running !== null && running.isEnabled()) {
    running.noteProblem({
      code: 'STILLFRAME_ALREADY_INITIALISED',
      message: 'init was called again: the agent that runs is kept, the new options are ignored.',
    });
    return running;
  }
  const { resolved, problems } = resolveOptions(options, readSurroundings());
  const wrongFiles = resolved.strict && resolved.isEnabled ? checkOptionFiles(resolved) : [];
  if (wrongFiles.length > 0) throw new ConfigurationError(wrongFiles);
  const agent = createAgent(resolved, problems, points, {
    now: Date.now,
    // Taken now: what the program does to it later reaches neither a call nor the connection.
    monotonicNow: performance.now.bind(performance),
    later: (callback, delayMs) => void setTimeout(callback, delayMs).unref(),
    connect: (resolvedOptions, identity, hooks, log, monotonicNow) =>
      createLateLink(
        async () => {
          await loadPackages();
          const { connectToServer } = await import('./connect-to-server.ts');
          return connectToServer(resolvedOptions, identity, hooks, log, monotonicNow);
        },
        hooks,
        monotonicNow,
      ),
    async makeScrubber(rules) {
      // Not in the turn of `init`: the service comes first.
      await new Promise((resolve) => setImmediate(resolve));
      const { createCheckedScrubber } = await import('./scrub/snapshot-scrubber.ts');
      return createCheckedScrubber(rules);
    },
    onMask(mask) {
      gateMask = mask;
    },
  });
  defaultAgent = agent;
  const { problems: found } = agent.status();
  if (resolved.strict && found.length > 0) {
    void agent.shutdown(0);
    throw new ConfigurationError(found);
  }
  return agent;
}

/**
 * Takes a snapshot of `vars` under this label, if one is wanted and due; otherwise costs a few nanoseconds.
 *
 * Synchronous: the values are copied before it returns, bounded in depth, size and time, without running getters,
 * Proxies or `toJSON`; scrubbing and sending happen later. At most one capture a second per label. Never throws, never
 * returns a promise, never prints. The first call with a new label registers it on the control server.
 * @param label names this place in the code, 1 to 256 characters; put what varies into `vars`
 * @param vars the values, or a function that is called only when a capture will happen
 */
export function captureSnapshot(label: string, vars?: Variables): void {
  // At most 27 bytecodes, which V8 always inlines: test/capture/bytecode.test.ts. Everything else is behind the gate.
  if (gateMask !== 0) passGate(label, vars);
}

/** Kept as small as the gate, and for the same reason; what follows is behind it. */
function passGate(label: string, vars: Variables | undefined): void {
  const point = points.byLabel.get(label);
  if (point === undefined || point.armed) enterAgent(label, vars);
  else point.suppressed++;
}

function enterAgent(label: string, vars: Variables | undefined): void {
  defaultAgent?.enter(label, vars, captureSnapshot);
}

/**
 * A handle for the hottest places, made once and kept: `if (point.armed) point.capture({ … })` costs one field read
 * while nothing is wanted. May be made before `init`.
 * @param label as for {@link captureSnapshot}
 */
export function capturePoint(label: string): CaptureHandle {
  return defaultClient.capturePoint(label);
}

/**
 * The agent of this process: one object, before `init`, after it and after `shutdown`. While there is no agent its
 * methods do nothing, and `status()` says that nothing was started.
 */
export function getClient(): SnapshotAgent {
  return defaultClient;
}

/** The agent, or null while it is disabled: for the guard `if (getSnapshotClient()) …`. */
export function getSnapshotClient(): SnapshotAgent | null {
  return defaultAgent?.getSnapshotClient() ?? null;
}

/** True from `init` to `shutdown` when a key exists and nothing switched the agent off; also while killed. */
export function isEnabled(): boolean {
  return defaultClient.isEnabled();
}

/** What the agent does, and why it does not. A copy. */
export function status(): AgentStatus {
  return defaultClient.status();
}

/**
 * Sends what waits.
 * @param timeoutMs how long it may take; default 5,000, at most 600,000
 * @returns what is left. Rejects only with `syncFlush`: with a {@link FlushError}
 */
export function flush(timeoutMs?: number): Promise<FlushResult> {
  return defaultClient.flush(timeoutMs);
}

/**
 * Sends what waits and the last counts, then ends the agent: sockets and timers are closed. `init` may start another one.
 * @param timeoutMs how long sending may take; default 5,000, at most 600,000
 */
export function shutdown(timeoutMs?: number): Promise<void> {
  return defaultClient.shutdown(timeoutMs);
}

function readSurroundings(): OptionSurroundings {
  return {
    env: process.env,
    hostName: readHostName(),
    readPackageName: () => readPackageName(process.argv[1]),
  };
}

/** The operating system may refuse to tell. */
function readHostName(): string {
  try {
    return hostname();
  } catch {
    return 'unknown';
  }
}
