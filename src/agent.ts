import { randomFillSync, randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers';
import { toStatusEvent } from './agent-status.ts';
import type { AgentStatus } from './agent-status.ts';
import { createBreakpointFollower } from './breakpoint-follower.ts';
import { createBreakpointReports } from './breakpoint-reports.ts';
import { planCapture } from './capture/capture-plan.ts';
import type { CapturePoints } from './capture/capture-point.ts';
import { createCapture } from './capture/capture-snapshot.ts';
import { createHeldSnapshots } from './capture/held-snapshots.ts';
import { createRateLimiter } from './capture/rate-limiter.ts';
import { createHttpRequestContexts } from './capture/request-context.ts';
import { createSourcePositions } from './capture/source-positions.ts';
import { createTakeSnapshot, withBreakpoint } from './capture/take-snapshot.ts';
import type { TakenSnapshot } from './capture/take-snapshot.ts';
import { createBooks } from './books.ts';
import type { ConfigurationProblem } from './errors.ts';
import { createExitFlush } from './exit-flush.ts';
import { createFlushing, readTimeout } from './flushing.ts';
import { createLabelReports } from './label-reports.ts';
import { createLateLineBreakpoints } from './late-line-breakpoints.ts';
import { createLateSources } from './late-sources.ts';
import { createLog } from './log.ts';
import type { Log } from './log.ts';
import type { ResolvedOptions } from './options.ts';
import { inOwnContext } from './own-context.ts';
import { createProblems } from './problems.ts';
import type { BreakpointState, CaptureState } from './protocol/agent-event.ts';
import type { ControlMessage } from './protocol/control-message.ts';
import type { DropReason } from './protocol/drop-reason.ts';
import { formatStateVersion } from './protocol/state-version.ts';
import type { SourceRequest } from './protocol/source.ts';
import { VERSION } from './protocol/version.ts';
import { createLateScrubber } from './late-scrubber.ts';
import { createScrubStage } from './scrub-stage.ts';
import { checkScrubRules } from './scrub/checked-rules.ts';
import type { CheckedRules } from './scrub/checked-rules.ts';
import { ScrubOptionError } from './scrub/scrub-error.ts';
import type { SnapshotScrubber } from './scrub/snapshot-scrubber.ts';
import type { Agent } from './snapshot-agent.ts';
import { createSignalFlush } from './signal-flush.ts';
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
    monotonicNow: () => number,
  ) => ServerLink;
  /** Called once, by an agent that runs: a promise when the scrubber has to be loaded. */
  readonly makeScrubber: (rules: CheckedRules) => SnapshotScrubber | Promise<SnapshotScrubber>;
  /** The gate in front of the exported `captureSnapshot`: 0 is closed. */
  readonly onMask: (mask: number) => void;
}

/** Who this agent is, on the wire. */
export interface AgentIdentity {
  readonly instanceId: string;
  readonly userAgent: string;
}

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
  const books = createBooks();
  const held = createHeldSnapshots();
  const positions = createSourcePositions({ monotonicNow });
  const identity = {
    instanceId: randomUUID(),
    userAgent: `stillframe/${VERSION} node/${process.versions.node}`,
  };
  const startedAt = new Date(now()).toISOString();
  /** `ending`: nothing is captured any more, and what was is still sent. */
  let lifecycle: 'off' | 'on' | 'ending' | 'shut' = 'off';
  let ending: Promise<void> | null = null;
  let link: ServerLink | null = null;

  for (const problem of initialProblems) problems.note(problem);

  const rules = checkRules();
  const scrubber =
    options.isEnabled && rules !== null ? createLateScrubber(() => surroundings.makeScrubber(rules)) : null;
  const isToRun = scrubber !== null;
  const requests = isToRun && options.requestContext ? createHttpRequestContexts() : null;
  const stateClock = createStateClock('off', monotonicNow);
  const signalFlush =
    isToRun && options.handleSignals && !options.syncFlush
      ? createSignalFlush({ flush: () => flushing.flushForGood(options.exitFlushMs) })
      : null;

  const stage = createScrubStage({
    positions,
    canScrub: scrubberSettled,
    sourceAround: (frames, generated) => inOwnContext(() => sources.around(frames, generated)),
    scrub(captured) {
      const label = captured.label === null ? null : wholeLabel(captured.label);
      return ownScrubber().scrubSnapshot(
        { ...captured, label },
        {
          serviceName: options.serviceName,
          environment: options.environment,
          release: options.release,
          commit: options.commit,
          host: options.host,
          instanceId: identity.instanceId,
        },
      );
    },
    submit: (snapshot, label) => link?.submit(snapshot, label),
    count: books.dropped,
    log,
  });
  const flushing = createFlushing({ held, stage, link: () => link, books, monotonicNow });
  const exitFlush =
    options.exitFlushMs > 0 && !options.syncFlush
      ? createExitFlush({
          hasUnsent: () => flushing.unsent() > 0,
          flush: () => flushing.flushForGood(options.exitFlushMs),
        })
      : null;

  const breakpointReports = createBreakpointReports((event) =>
    inOwnContext(() => link?.reportBreakpoint(event)),
  );
  const follower = createBreakpointFollower({
    capture: () => capture,
    problems,
    environment: options.environment,
    scrubLabel: (label) => ownScrubber().scrubLabel(wholeLabel(label)),
    onReceived: breakpointReports.received,
    onLines(compiled) {
      lines.resumeContact();
      lines.follow(compiled);
    },
  });
  const { registry } = follower;
  const labelReports = createLabelReports(follower.wireLabelOf);
  const rateLimiter = createRateLimiter(options.maxCapturesPerSecond);
  const take = createTakeSnapshot({
    limits: options.limits,
    monotonicNow,
    randomBytes: () => randomFillSync(new Uint8Array(10)),
    requests,
  });
  const later = (callback: () => void, delayMs: number): void =>
    inOwnContext(() => surroundings.later(callback, delayMs));
  const capture = createCapture({
    points,
    limits: options.limits,
    allowRemoteLimits: options.allowRemoteLimits,
    rateLimitMs: options.rateLimitMs,
    rateLimiter,
    held,
    take,
    now,
    monotonicNow,
    later,
    count: books.dropped,
    find: follower.find,
    register: (label, taken) => inOwnContext(() => void setImmediate(() => void register(label, taken))),
    submit: (taken, breakpointId) =>
      inOwnContext(() => stage.add(breakpointId === undefined ? taken : withBreakpoint(taken, breakpointId))),
    onTaken(label) {
      books.captured(label);
      exitFlush?.arm();
    },
    report,
    warnOnce: (code, message) => problems.note({ code, message }),
    onMended: problems.withdraw,
  });

  const lines = createLateLineBreakpoints(
    options.lineBreakpoints,
    {
      rateLimitMs: options.rateLimitMs,
      share: options.lineBreakpointPercent / 100,
      rateLimiter,
      plan: (compiled) => planCapture(compiled, options.limits, options.allowRemoteLimits),
      take,
      now,
      monotonicNow,
      later,
      count: (reason) => books.dropped(reason, null),
      submit: (taken) => inOwnContext(() => stage.add(taken)),
      onTaken() {
        books.captured(null);
        exitFlush?.arm();
      },
      // A reason names files of this process.
      report: ({ reason, ...event }) =>
        breakpointReports.say({
          ...event,
          reason: reason === null ? null : ownScrubber().scrubText(reason),
        }),
    },
    scrubberSettled,
  );

  const sources = createLateSources(options.sourceAccess && isToRun, {
    isStopped: () => registry.isKilled || lifecycle !== 'on',
    ready: scrubberSettled,
    scrubber: ownScrubber,
    isScrubbing: options.piiScrubbing,
    monotonicNow,
    later,
  });

  /** Rules that cannot be followed must not be left out: then nothing is captured at all. */
  function checkRules(): CheckedRules | null {
    try {
      return checkScrubRules({
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

  async function scrubberSettled(): Promise<void> {
    await scrubber?.settled();
  }

  /** @throws Error while there is none, and then nothing leaves */
  function ownScrubber(): SnapshotScrubber {
    if (scrubber === null) throw new Error('an agent that is off scrubs nothing');
    return scrubber.get();
  }

  function wholeLabel(label: string): string {
    return label + (points.byLabel.get(label)?.cutOff ?? '');
  }

  function report(breakpointId: string, state: BreakpointState, reason: string | null): void {
    breakpointReports.say({ type: 'breakpoint_status', breakpointId, state, reason });
  }

  /** Runs in a turn of its own, where nothing stands between what it throws and the end of the process. */
  async function register(label: string, taken: TakenSnapshot): Promise<void> {
    try {
      // Its name leaves the process too.
      await scrubberSettled();
      await follower.register(label, async (wireLabel) => {
        const [site] = await positions.resolve(taken.complete().frames.slice(0, 1));
        // Names of files and functions can hold what the stack of a snapshot leaves out.
        const place = site && ownScrubber().scrubFrame(site, options.limits.maxStringLength);
        const breakpoint = await link?.register({
          serviceName: options.serviceName,
          label: wireLabel,
          filePath: place?.filePath ?? '',
          lineNumber: place?.lineNumber ?? 0,
          functionName: place?.functionName ?? '',
        });
        return breakpoint ?? null;
      });
    } catch (error) {
      log.debug(`the label "${label}" could not be registered: ${String(error)}`);
    }
  }

  /** Asked for by a person, and none of what is captured: the state stays as it is. */
  async function answerSource({ requestId, wanted }: SourceRequest): Promise<void> {
    await sources.answer(
      wanted,
      async (answer) => lifecycle === 'on' && ((await link?.answerSource(requestId, answer)) ?? false),
    );
  }

  function apply(message: ControlMessage): void {
    if (message.kind === 'source_request') {
      inOwnContext(() => void answerSource(message.request));
      return;
    }
    const wasKilled = registry.isKilled;
    follower.apply(message);
    breakpointReports.keepOnly(registry.breakpoints);
    if (registry.isKilled && !wasKilled) {
      dropUnscrubbed('killed');
      link?.dropQueued('killed');
    }
    updateGate();
  }

  /** What has not got as far as the link. */
  function dropUnscrubbed(reason: DropReason): void {
    stage.drop(reason);
    for (const label of held.clear()) books.dropped(reason, label);
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
    lines.setOpen(isOpen);
    surroundings.onMask(isOpen ? 1 : 0);
    log.debug(`capture is now ${state}`);
    link?.reportSoon();
  }

  async function end(timeoutMs: number): Promise<void> {
    const wasOn = lifecycle === 'on';
    const deadlineMs = monotonicNow() + timeoutMs;
    lifecycle = wasOn ? 'ending' : 'shut';
    updateGate();
    points.settle();
    lines.close();
    exitFlush?.close();
    signalFlush?.close();
    requests?.close();
    if (!wasOn) return;
    try {
      await flushing.flush(timeoutMs);
      lifecycle = 'shut';
      dropUnscrubbed('shutdown');
      // It knows why it could not send the rest.
      await link?.close(Math.max(0, deadlineMs - monotonicNow()));
    } catch (error) {
      log.debug(`the agent could not end in order: ${String(error)}`);
    }
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
    flush: options.syncFlush ? flushing.flushOrThrow : flushing.flush,
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
      ...books.totals(),
      byLabel: books.byLabel(),
      held: held.size,
      queued: stage.size + linkStatus.queued,
      unconfirmed: linkStatus.unconfirmed,
      source: sources.status(),
      problems: problems.list(),
      lastError: linkStatus.lastError,
    };
  }

  function start(): void {
    lifecycle = 'on';
    points.attach(capture);
    link = surroundings.connect(
      options,
      identity,
      {
        apply,
        onContactLost() {
          capture.expireAll();
          lines.expireAll();
        },
        onUnusable: (why) =>
          giveUp(
            'STILLFRAME_NO_CONNECTION',
            `The connection could not be loaded (${why}): nothing is sent`,
            'send',
          ),
        onBreaker() {
          updateGate();
          flushing.lookAgain();
        },
        onProblem: (code, message) => problems.note({ code, message }),
        onMended: problems.withdraw,
        onAccess(problem) {
          if (problem === null) problems.withdraw('STILLFRAME_ACCESS_DENIED');
          else problems.note({ code: 'STILLFRAME_ACCESS_DENIED', message: problem });
        },
        onDenied: flushing.lookAgain,
        onDrop(reason, _snapshots, labels) {
          for (const label of labels) books.dropped(reason, label);
        },
        onStored: (_snapshots, labels) => labels.forEach(books.stored),
        onSpooled: (_snapshots, labels) => labels.forEach(books.spooled),
        onConnection(connection) {
          // No server can have forgotten anything since.
          if (connection === 'closed') return;
          labelReports.forget();
          breakpointReports.sayAgain();
        },
        collectStatus() {
          const status = readStatus();
          const { host, release, commit } = options;
          return toStatusEvent(
            status,
            { host, release, commit, startedAt },
            labelReports.next(status.byLabel),
          );
        },
        onStatusTaken: labelReports.taken,
      },
      log,
      monotonicNow,
    );
    scrubber?.load(
      () => {
        // What the server says of labels it says in scrubbed names. A program may be over before they are known.
        if (lifecycle !== 'shut') link?.start();
      },
      (why) =>
        giveUp(
          'STILLFRAME_NO_SCRUBBER',
          `The scrubber could not be loaded (${why}): nothing is sent`,
          'scrub',
        ),
    );
    updateGate();
  }

  /** A part of the package is not there, and nothing may leave, or can: the agent ends, and says so. */
  function giveUp(
    code: 'STILLFRAME_NO_SCRUBBER' | 'STILLFRAME_NO_CONNECTION',
    problem: string,
    reason: DropReason,
  ): void {
    if (lifecycle === 'shut') return;
    const hasWebAssembly = code !== 'STILLFRAME_NO_CONNECTION' || 'WebAssembly' in globalThis;
    problems.note({
      code,
      message: `${problem} and the agent is off. ${hasWebAssembly ? 'Install the package again, with all of its files.' : 'Start Node without --jitless.'}`,
    });
    dropUnscrubbed(reason);
    void agent.shutdown(0);
  }

  if (isToRun) inOwnContext(start);
  return agent;
}

const CLOSED_LINK: LinkStatus = {
  connection: 'closed',
  breaker: 'closed',
  queued: 0,
  unconfirmed: 0,
  accessDenied: false,
  lastError: null,
};
