import { randomFillSync, randomUUID } from 'node:crypto';
import { createStateClock } from './agent-status.ts';
import type { AgentStatus } from './agent-status.ts';
import { compileBreakpoint } from './breakpoints/compiled-breakpoint.ts';
import type { CompiledBreakpoint } from './breakpoints/compiled-breakpoint.ts';
import { createRegistry } from './breakpoints/registry.ts';
import type { RegistryChange } from './breakpoints/registry.ts';
import type { FrameBoundary } from './capture/call-site.ts';
import { obtainHandle } from './capture/capture-point.ts';
import type { CaptureHandle, CapturePoints, Variables } from './capture/capture-point.ts';
import { createCapture } from './capture/capture-snapshot.ts';
import { createHeldSnapshots } from './capture/held-snapshots.ts';
import { createRateLimiter } from './capture/rate-limiter.ts';
import { createHttpRequestContexts } from './capture/request-context.ts';
import { createSourcePositions } from './capture/source-positions.ts';
import { createTakeSnapshot } from './capture/take-snapshot.ts';
import type { CapturedSnapshot } from './copy/captured-snapshot.ts';
import { createDrops } from './drops.ts';
import type { ConfigurationProblem } from './errors.ts';
import { createLaterTurn } from './later-turn.ts';
import { createLog } from './log.ts';
import type { Log } from './log.ts';
import type { ResolvedOptions } from './options.ts';
import type { CaptureState } from './protocol/agent-event.ts';
import type { ControlMessage } from './protocol/control-message.ts';
import { DROP_REASONS } from './protocol/drop-reason.ts';
import type { DropReason } from './protocol/drop-reason.ts';
import type { StackFrame } from './protocol/snapshot.ts';
import { formatStateVersion } from './protocol/state-version.ts';
import { VERSION } from './protocol/version.ts';
import { createScrubber } from './scrub/create-scrubber.ts';
import { ScrubOptionError } from './scrub/scrub-error.ts';
import type { Scrubber } from './scrub/scrubber.ts';
import type { LinkHooks, LinkStatus, ServerLink } from './server-link.ts';

/** What `flush` came to. */
export interface FlushResult {
  /** Snapshots that are still waiting; 0 when all were sent. */
  readonly unsent: number;
}

/** The agent of one process. No method ever throws into the host. */
export interface SnapshotAgent {
  /** As the exported `captureSnapshot`, for this agent. */
  captureSnapshot(label: string, vars?: Variables): void;
  /** As the exported `capturePoint`, for this agent. */
  capturePoint(label: string): CaptureHandle;
  /** This agent, or null while it is disabled: for the guard `if (agent.getSnapshotClient()) …`. */
  getSnapshotClient(): SnapshotAgent | null;
  /** True from `init` to `shutdown` when a key exists and nothing switched the agent off; also while killed. */
  isEnabled(): boolean;
  /** What the agent does, and why it does not. A copy. */
  status(): AgentStatus;
  /**
   * Sends what waits.
   * @param timeoutMs how long it may take; default 5,000
   * @returns what is left. Never rejects
   */
  flush(timeoutMs?: number): Promise<FlushResult>;
  /**
   * Sends what waits, then ends: sockets and timers are closed, later captures do nothing. Safe to call again.
   * @param timeoutMs how long sending may take; default 5,000
   */
  shutdown(timeoutMs?: number): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What the agent takes from outside: clocks and randomness, so that tests do not wait. */
export interface AgentSurroundings {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Milliseconds that never go back. */
  readonly monotonicNow: () => number;
  readonly later: (callback: () => void, delayMs: number) => void;
  readonly connect: (
    options: ResolvedOptions,
    identity: AgentIdentity,
    hooks: LinkHooks,
    log: Log,
  ) => ServerLink;
  /** The gate in front of the exported `captureSnapshot`: 0 is closed. */
  readonly onMask: (mask: number) => void;
}

/** Who this agent is, on the wire. */
export interface AgentIdentity {
  readonly instanceId: string;
  readonly userAgent: string;
}

/** An agent with the ways into it that only the public surface uses. */
export interface Agent extends SnapshotAgent {
  /** The slow path of `captureSnapshot`: no point yet, or an armed one. */
  enter(label: unknown, vars: Variables | undefined, boundary: FrameBoundary): void;
  /** Adds a problem that was seen later than at `init`, once per code. */
  noteProblem(problem: ConfigurationProblem): void;
}

const DEFAULT_FLUSH_MS = 5_000;
const MAX_FLUSH_MS = 600_000;

/** Builds an agent and starts it, if it is to run. Knows every room; no room knows another. */
export function createAgent(
  options: ResolvedOptions,
  initialProblems: readonly ConfigurationProblem[],
  points: CapturePoints,
  surroundings: AgentSurroundings,
): Agent {
  const { now, monotonicNow } = surroundings;
  const log = createLog({ sink: options.logger, debug: options.debug, now: monotonicNow });
  const problems: ConfigurationProblem[] = [];
  const drops = createDrops();
  const registry = createRegistry();
  const held = createHeldSnapshots();
  const positions = createSourcePositions();
  const compiled = new Map<string, CompiledBreakpoint>();
  const identity = {
    instanceId: randomUUID(),
    userAgent: `stillframe/${VERSION} node/${process.versions.node}`,
  };
  const startedAt = new Date(now()).toISOString();
  let lifecycle: 'off' | 'on' | 'shut' = 'off';
  let captured = 0;
  let stored = 0;

  for (const problem of initialProblems) noteProblem(problem);

  const scrubber = createOwnScrubber();
  const isToRun = options.isEnabled && scrubber !== null;
  const requests = isToRun && options.requestContext ? createHttpRequestContexts() : null;
  const stateClock = createStateClock('off', monotonicNow);

  const scrubLater = createLaterTurn<CapturedSnapshot>(async (taken) => {
    const frames = await positions.resolve(taken.frames);
    if (currentState() === 'killed') {
      drops.count('killed');
      return;
    }
    try {
      if (scrubber !== null && link !== null)
        link.submit(
          scrubber.scrubSnapshot(
            { ...taken, frames },
            {
              serviceName: options.serviceName,
              environment: options.environment,
              release: options.release,
              commit: options.commit,
              host: options.host,
              instanceId: identity.instanceId,
            },
          ),
        );
    } catch (error) {
      drops.count('scrub');
      log.debug(`a snapshot of "${taken.label}" could not be scrubbed: ${String(error)}`);
    }
  });

  const capture = createCapture({
    points,
    limits: options.limits,
    allowRemoteLimits: options.allowRemoteLimits,
    rateLimitMs: options.rateLimitMs,
    rateLimiter: createRateLimiter(options.maxCapturesPerSecond),
    held,
    take: createTakeSnapshot({
      limits: options.limits,
      monotonicNow,
      randomBytes: () => randomFillSync(new Uint8Array(10)),
      requests,
    }),
    now,
    later: surroundings.later,
    count: drops.count,
    find: (label) => compiledFor(label),
    register: (label, frames) => void register(label, frames),
    submit: (taken) => scrubLater.add(taken),
    onTaken() {
      captured += 1;
      flushAtExit();
    },
    report: (breakpointId, state, reason) =>
      link?.reportBreakpoint({ type: 'breakpoint_status', breakpointId, state, reason }),
    warnOnce: (code, message) => noteProblem({ code, message }),
  });

  let link: ServerLink | null = null;

  /** Rules that cannot be followed must not be left out: then nothing is captured at all. */
  function createOwnScrubber(): Scrubber | null {
    try {
      return createScrubber({
        piiScrubbing: options.piiScrubbing,
        redactNames: options.redactNames,
        allowNames: options.allowNames,
        redactPaths: options.redactPaths,
        patterns: options.piiPatterns,
      });
    } catch (error) {
      const message =
        error instanceof ScrubOptionError ? error.message : 'The scrubbing rules cannot be used.';
      noteProblem({
        code: 'STILLFRAME_BAD_SCRUB_RULE',
        message: `${message} The agent is off until it is mended.`,
      });
      return null;
    }
  }

  function compiledFor(label: string): CompiledBreakpoint | undefined {
    const breakpoint = registry.findByLabel(label);
    if (breakpoint === undefined || !registry.isKnown) return undefined;
    const known = compiled.get(breakpoint.id);
    if (known?.breakpoint === breakpoint) return known;
    const made = compileBreakpoint(breakpoint);
    compiled.set(breakpoint.id, made);
    if (made.problem !== null) {
      noteProblem({
        code: 'STILLFRAME_BAD_CONDITION',
        message: `The breakpoint for "${label}" cannot work here: ${made.problem}.`,
      });
    }
    return made;
  }

  async function register(label: string, frames: readonly StackFrame[]): Promise<void> {
    const [site] = await positions.resolve(frames.slice(0, 1));
    const breakpoint = await link?.register({
      serviceName: options.serviceName,
      label: scrubber?.scrubText(label) ?? '',
      filePath: site?.filePath ?? '',
      lineNumber: site?.lineNumber ?? 0,
      functionName: site?.functionName ?? '',
    });
    if (breakpoint === undefined || breakpoint === null) {
      capture.retryRegistration(label);
      return;
    }
    follow(registry.addRegistered({ ...breakpoint, label }));
  }

  function apply(message: ControlMessage): void {
    const wasKilled = registry.isKilled;
    const change = registry.apply(message);
    if (change.isNewEpoch) capture.forgetRegistrations();
    if (registry.isKilled && !wasKilled) dropEverything('killed');
    follow(change);
    for (const id of compiled.keys()) if (!registry.breakpoints.has(id)) compiled.delete(id);
    if (message.kind === 'state' || message.kind === 'breakpoint_upserted') reportLineBreakpoints();
    updateGate();
  }

  function follow(change: RegistryChange): void {
    if (!registry.isKnown) return;
    for (const label of change.labels) capture.follow(label, compiledFor(label));
    capture.resumeRegistrations();
  }

  /** Said plainly until this agent can set them, so that nobody waits for a snapshot that cannot come. */
  function reportLineBreakpoints(): void {
    for (const { id } of registry.lineBreakpoints()) {
      link?.reportBreakpoint({
        type: 'breakpoint_status',
        breakpointId: id,
        state: 'error',
        reason: 'line_breakpoints_unsupported',
      });
    }
  }

  function dropEverything(reason: DropReason): void {
    drops.count(reason, scrubLater.clear() + held.clear());
    link?.dropQueued(reason);
  }

  function currentState(): CaptureState {
    if (lifecycle !== 'on') return 'off';
    if (registry.isKilled) return 'killed';
    return link?.status().breaker === 'open' ? 'breaker_open' : 'running';
  }

  function updateGate(): void {
    const state = currentState();
    if (state === stateClock.state) return;
    stateClock.enter(state);
    const isOpen = state === 'running';
    points.setOpen(isOpen);
    surroundings.onMask(isOpen ? 1 : 0);
    log.debug(`capture is now ${state}`);
    link?.reportSoon();
  }

  function noteProblem(problem: ConfigurationProblem): void {
    if (problems.some((known) => known.code === problem.code && known.message === problem.message)) return;
    if (problems.length < MAX_PROBLEMS) problems.push(problem);
    log.problem(problem.code, problem.message);
  }

  function unsent(): number {
    return held.size + scrubLater.size + (link?.status().queued ?? 0);
  }

  async function flush(givenMs?: number): Promise<FlushResult> {
    const timeoutMs = readTimeout(givenMs);
    const deadlineMs = monotonicNow() + timeoutMs;
    await settle(timeoutMs);
    await link?.flush(Math.max(0, deadlineMs - monotonicNow()));
    return { unsent: unsent() };
  }

  /** Until what was captured is on its way. The one place where the agent holds the process, and for so long at most. */
  function settle(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, timeoutMs);
      void held
        .empty()
        .then(() => scrubLater.idle())
        .finally(() => {
          clearTimeout(timer);
          resolve();
        });
    });
  }

  async function shutdown(givenMs?: number): Promise<void> {
    const timeoutMs = readTimeout(givenMs);
    if (lifecycle === 'shut') return;
    const wasOn = lifecycle === 'on';
    lifecycle = 'shut';
    updateGate();
    process.off('beforeExit', onBeforeExit);
    requests?.close();
    if (!wasOn) return;
    await flush(timeoutMs);
    dropEverything('shutdown');
    await link?.close(timeoutMs);
  }

  let isExitFlushDue = false;
  let isListeningForExit = false;

  /** Attached with the first capture, not at `init`: an agent that took nothing leaves no listener behind. */
  function flushAtExit(): void {
    isExitFlushDue = true;
    if (isListeningForExit) return;
    isListeningForExit = true;
    process.on('beforeExit', onBeforeExit);
  }

  function onBeforeExit(): void {
    if (!isExitFlushDue || options.exitFlushMs === 0 || unsent() === 0) return;
    // Once for what was taken so far: a process that cannot send must not be held again and again.
    isExitFlushDue = false;
    void flush(options.exitFlushMs);
  }

  const agent: Agent = {
    captureSnapshot(label, vars) {
      if (stateClock.state !== 'running') return;
      const point = points.byLabel.get(label);
      if (point !== undefined && !point.armed) point.suppressed++;
      else capture.enter(label, vars, agent.captureSnapshot);
    },
    capturePoint: (label) => obtainHandle(points, label),
    getSnapshotClient: () => (lifecycle === 'on' ? agent : null),
    isEnabled: () => lifecycle === 'on',
    status: readStatus,
    flush,
    shutdown,
    [Symbol.asyncDispose]: () => shutdown(),
    enter: capture.enter,
    noteProblem,
  };

  function readStatus(): AgentStatus {
    points.settle();
    const linkStatus: LinkStatus = link?.status() ?? CLOSED_LINK;
    return {
      state: currentState(),
      timeInStateMs: stateClock.times(),
      serviceName: options.serviceName,
      endpoint: options.endpoint.origin,
      instanceId: identity.instanceId,
      environment: options.environment,
      control: {
        connection: linkStatus.connection,
        version: registry.version === null ? null : formatStateVersion(registry.version),
      },
      breaker: linkStatus.breaker,
      labels: points.byLabel.size,
      breakpoints: registry.breakpoints.size,
      captured,
      stored,
      held: held.size,
      queued: scrubLater.size + linkStatus.queued,
      dropped: drops.counts(),
      problems: [...problems],
      lastError: linkStatus.lastError,
    };
  }

  if (isToRun) {
    lifecycle = 'on';
    points.attach(capture);
    link = surroundings.connect(
      options,
      identity,
      {
        apply,
        onContactLost: () => capture.expireAll(),
        onBreaker: updateGate,
        onDrop: drops.count,
        onStored: (snapshots) => {
          stored += snapshots;
        },
        collectStatus() {
          const status = readStatus();
          return {
            type: 'agent_status',
            capture: status.state,
            control: status.control.connection,
            breaker: status.breaker,
            agentVersion: VERSION,
            runtime: `node ${process.versions.node}`,
            host: options.host,
            pid: process.pid,
            environment: options.environment,
            release: options.release,
            commit: options.commit,
            startedAt,
            captured: status.captured,
            stored: status.stored,
            queued: status.queued,
            dropped: Object.fromEntries(
              DROP_REASONS.filter((reason) => status.dropped[reason] > 0).map((reason) => [
                reason,
                status.dropped[reason],
              ]),
            ),
            lastError: status.lastError,
          };
        },
      },
      log,
    );
    link.start();
    updateGate();
  }
  return agent;
}

const MAX_PROBLEMS = 50;
const CLOSED_LINK: LinkStatus = { connection: 'closed', breaker: 'closed', queued: 0, lastError: null };

/** What is no time is the default: a timer of Node would warn, or fire at once. */
function readTimeout(given: unknown): number {
  return typeof given === 'number' && given >= 0 ? Math.min(given, MAX_FLUSH_MS) : DEFAULT_FLUSH_MS;
}
