import { AsyncLocalStorage } from 'node:async_hooks';
import { randomFillSync, randomUUID } from 'node:crypto';
import { toStatusEvent } from './agent-status.ts';
import type { AgentStatus } from './agent-status.ts';
import { createBreakpointFollower } from './breakpoint-follower.ts';
import type { CapturePoints } from './capture/capture-point.ts';
import { createCapture } from './capture/capture-snapshot.ts';
import { createHeldSnapshots } from './capture/held-snapshots.ts';
import { createRateLimiter } from './capture/rate-limiter.ts';
import { createHttpRequestContexts } from './capture/request-context.ts';
import { createSourcePositions } from './capture/source-positions.ts';
import { createTakeSnapshot } from './capture/take-snapshot.ts';
import type { CapturedSnapshot } from './copy/captured-snapshot.ts';
import { createDrops } from './drops.ts';
import { FlushError } from './errors.ts';
import type { ConfigurationProblem } from './errors.ts';
import { createExitFlush } from './exit-flush.ts';
import { createLaterTurn } from './later-turn.ts';
import { createLog } from './log.ts';
import type { Log } from './log.ts';
import type { ResolvedOptions } from './options.ts';
import { createProblems } from './problems.ts';
import type { BreakpointStatusEvent, CaptureState } from './protocol/agent-event.ts';
import type { ControlMessage } from './protocol/control-message.ts';
import type { DropReason } from './protocol/drop-reason.ts';
import type { Snapshot, StackFrame } from './protocol/snapshot.ts';
import { formatStateVersion } from './protocol/state-version.ts';
import { VERSION } from './protocol/version.ts';
import { ScrubOptionError } from './scrub/scrub-error.ts';
import { createSnapshotScrubber } from './scrub/snapshot-scrubber.ts';
import type { SnapshotScrubber } from './scrub/snapshot-scrubber.ts';
import type { Agent, FlushResult } from './snapshot-agent.ts';
import { createStateClock } from './state-clock.ts';
import type { LinkHooks, LinkStatus, ServerLink } from './server-link.ts';

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
  const problems = createProblems(log);
  const drops = createDrops();
  const held = createHeldSnapshots();
  const positions = createSourcePositions();
  const identity = {
    instanceId: randomUUID(),
    userAgent: `stillframe/${VERSION} node/${process.versions.node}`,
  };
  const startedAt = new Date(now()).toISOString();
  // What waits remembers the async context that it began in; the host's request must not live on in ours.
  const inOwnContext = AsyncLocalStorage.snapshot();
  let lifecycle: 'off' | 'on' | 'shut' = 'off';
  let ending: Promise<void> | null = null;
  let captured = 0;
  let stored = 0;
  let kills = 0;
  /** Told of whatever may end the sending for a while. */
  const linkWatchers = new Set<() => void>();

  for (const problem of initialProblems) problems.note(problem);

  const scrubber = createOwnScrubber();
  const isToRun = options.isEnabled && scrubber !== null;
  const requests = isToRun && options.requestContext ? createHttpRequestContexts() : null;
  const stateClock = createStateClock('off', monotonicNow);
  const exitFlush = createExitFlush({
    hasUnsent: () => options.exitFlushMs > 0 && !options.syncFlush && unsent() > 0,
    flush: () => flush(options.exitFlushMs),
  });

  const scrubLater = createLaterTurn<() => CapturedSnapshot>(async (complete) => {
    const killsBefore = kills;
    try {
      const whole = complete();
      const frames = await positions.resolve(whole.frames);
      return () => {
        if (kills === killsBefore) scrubAndSubmit({ ...whole, frames });
        else drops.count('killed');
      };
    } catch {
      return () => drops.count('error');
    }
  });

  const follower = createBreakpointFollower({
    capture: () => capture,
    problems,
    scrubLabel: (label) => scrubber?.scrubText(label) ?? '',
    onUnsupported: (breakpointId) => report(breakpointId, 'error', 'line_breakpoints_unsupported'),
  });
  const { registry } = follower;
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
    later: (callback, delayMs) => inOwnContext(() => surroundings.later(callback, delayMs)),
    count: drops.count,
    find: follower.find,
    register: (label, taken) =>
      inOwnContext(() => void setImmediate(() => void register(label, taken.complete().frames))),
    submit: (taken, breakpointId) =>
      inOwnContext(() =>
        scrubLater.add(
          breakpointId === undefined ? taken.complete : () => ({ ...taken.complete(), breakpointId }),
        ),
      ),
    onTaken() {
      captured += 1;
      exitFlush.arm();
    },
    report,
    warnOnce: (code, message) => problems.note({ code, message }),
  });

  let link: ServerLink | null = null;

  /** Rules that cannot be followed must not be left out: then nothing is captured at all. */
  function createOwnScrubber(): SnapshotScrubber | null {
    try {
      return createSnapshotScrubber({
        piiScrubbing: options.piiScrubbing,
        disabledTypes: options.disabledTypes,
        redactNames: options.redactNames,
        allowNames: options.allowNames,
        redactPaths: options.redactPaths,
        piiPatterns: options.piiPatterns,
      });
    } catch (error) {
      const message =
        error instanceof ScrubOptionError ? error.message : 'The scrubbing rules cannot be used.';
      problems.note({
        code: 'STILLFRAME_BAD_SCRUB_RULE',
        message: `${message} The agent is off until it is mended.`,
      });
      return null;
    }
  }

  function scrubAndSubmit(taken: CapturedSnapshot): void {
    let snapshot: Snapshot | undefined;
    try {
      snapshot = scrubber?.scrubSnapshot(taken, {
        serviceName: options.serviceName,
        environment: options.environment,
        release: options.release,
        commit: options.commit,
        host: options.host,
        instanceId: identity.instanceId,
      });
    } catch (error) {
      log.debug(`a snapshot of "${taken.label}" could not be scrubbed: ${String(error)}`);
    }
    if (snapshot === undefined || link === null) drops.count('scrub');
    else link.submit(snapshot);
  }

  function report(breakpointId: string, state: BreakpointStatusEvent['state'], reason: string | null): void {
    inOwnContext(() => link?.reportBreakpoint({ type: 'breakpoint_status', breakpointId, state, reason }));
  }

  async function register(label: string, frames: readonly StackFrame[]): Promise<void> {
    await follower.register(label, async (wireLabel) => {
      const [site] = await positions.resolve(frames.slice(0, 1));
      const breakpoint = await link?.register({
        serviceName: options.serviceName,
        label: wireLabel,
        filePath: site?.filePath ?? '',
        lineNumber: site?.lineNumber ?? 0,
        functionName: site?.functionName ?? '',
      });
      return breakpoint ?? null;
    });
  }

  function apply(message: ControlMessage): void {
    const wasKilled = registry.isKilled;
    follower.apply(message);
    if (registry.isKilled && !wasKilled) {
      kills += 1;
      dropEverything('killed');
    }
    updateGate();
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

  function unsent(): number {
    return held.size + scrubLater.size + (link?.status().queued ?? 0);
  }

  async function flush(givenMs?: number): Promise<FlushResult> {
    const timeoutMs = readTimeout(givenMs);
    const deadlineMs = monotonicNow() + timeoutMs;
    const send = (): Promise<unknown> | undefined => link?.flush(Math.max(0, deadlineMs - monotonicNow()));
    // The others do not wait for a first capture that waits for its breakpoint.
    await Promise.all([settle(timeoutMs), scrubLater.idle().then(send)]);
    await send();
    return { unsent: unsent() };
  }

  /** As a program wants it that decides itself when to send: it hears of what failed. */
  async function flushOrThrow(givenMs?: number): Promise<FlushResult> {
    const failedBefore = failed();
    const result = await flush(givenMs);
    const failedNow = failed() - failedBefore;
    if (result.unsent === 0 && failedNow === 0) return result;
    throw new FlushError(result.unsent, failedNow, link?.status().lastError ?? null);
  }

  function failed(): number {
    const { send, rejected, size, queue, auth } = drops.counts();
    return send + rejected + size + queue + auth;
  }

  /**
   * Until what was captured is on its way, or cannot be for now. The one place where the agent holds the process, and for
   * so long at most.
   */
  function settle(timeoutMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(finish, timeoutMs);
      const stopWaiting = held.whenEmpty(() => void finishAfterScrub());
      const giveUpIfRefused = (): void => {
        if (isRefused()) void finishAfterScrub();
      };
      linkWatchers.add(giveUpIfRefused);
      giveUpIfRefused();
      async function finishAfterScrub(): Promise<void> {
        // What was handed out last goes to the next stage in this turn, a moment after it was taken out.
        await Promise.resolve();
        await scrubLater.idle();
        finish();
      }
      function finish(): void {
        clearTimeout(timer);
        stopWaiting();
        linkWatchers.delete(giveUpIfRefused);
        resolve();
      }
    });
  }

  /** A first capture can hear of its breakpoint only from a server that answers and takes the key. */
  function isRefused(): boolean {
    const status = link?.status();
    return status === undefined || status.breaker === 'open' || status.accessDenied;
  }

  async function end(timeoutMs: number): Promise<void> {
    const wasOn = lifecycle === 'on';
    const deadlineMs = monotonicNow() + timeoutMs;
    lifecycle = 'shut';
    updateGate();
    points.settle();
    exitFlush.close();
    requests?.close();
    if (!wasOn) return;
    await flush(timeoutMs);
    dropEverything('shutdown');
    await link?.close(Math.max(0, deadlineMs - monotonicNow()));
  }

  const agent: Agent = {
    captureSnapshot: (label, vars) => agent.captureBelow(label, vars, agent.captureSnapshot),
    captureBelow(label, vars, boundary) {
      if (stateClock.state !== 'running') return;
      const point = points.byLabel.get(label);
      if (point !== undefined && !point.armed) point.suppressed++;
      else capture.enter(label, vars, boundary);
    },
    capturePoint: capture.handle,
    getSnapshotClient: () => (lifecycle === 'on' ? agent : null),
    isEnabled: () => lifecycle === 'on',
    status: readStatus,
    flush: options.syncFlush ? flushOrThrow : flush,
    shutdown(timeoutMs) {
      ending ??= end(readTimeout(timeoutMs));
      return ending;
    },
    [Symbol.asyncDispose]: () => agent.shutdown(),
    enter: capture.enter,
    noteProblem: problems.note,
  };

  function readStatus(): AgentStatus {
    points.settle();
    const linkStatus: LinkStatus = link?.status() ?? CLOSED_LINK;
    return {
      state: currentState(),
      timeInStateMs: stateClock.times(),
      serviceName: options.serviceName,
      endpoint: options.endpoint.href.replace(/\/$/, ''),
      proxy: options.proxy === null ? null : `${options.proxy.protocol}//${options.proxy.host}`,
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
      problems: problems.list(),
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
        onBreaker() {
          updateGate();
          for (const look of linkWatchers) look();
        },
        onProblem: (code, message) => problems.note({ code, message }),
        onAccess(problem) {
          if (problem === null) problems.withdraw('STILLFRAME_ACCESS_DENIED');
          else problems.note({ code: 'STILLFRAME_ACCESS_DENIED', message: problem });
          // The lane that was refused is marked a moment later.
          queueMicrotask(() => {
            for (const look of linkWatchers) look();
          });
        },
        onDrop: drops.count,
        onStored: (snapshots) => {
          stored += snapshots;
        },
        collectStatus: () =>
          toStatusEvent(readStatus(), {
            host: options.host,
            release: options.release,
            commit: options.commit,
            startedAt,
          }),
      },
      log,
    );
    link.start();
    updateGate();
  }
  return agent;
}

const CLOSED_LINK: LinkStatus = {
  connection: 'closed',
  breaker: 'closed',
  queued: 0,
  accessDenied: false,
  lastError: null,
};

/** What is no time is the default: a timer of Node would warn, or fire at once. */
function readTimeout(given: unknown): number {
  return typeof given === 'number' && given >= 0 ? Math.min(given, MAX_FLUSH_MS) : DEFAULT_FLUSH_MS;
}
