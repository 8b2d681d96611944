import { SYSTEM_CLOCK } from './delivery/clock.ts';
import type { Clock } from './delivery/clock.ts';
import type { AgentIdentity } from './agent.ts';
import { createControl } from './control/create-control.ts';
import { readAuthorities } from './delivery/certificates.ts';
import type { TrustedAuthorities } from './delivery/certificates.ts';
import { createDelivery } from './delivery/create-delivery.ts';
import { toDeliveryError } from './delivery/delivery-error.ts';
import { createLateSpool } from './delivery/late-spool.ts';
import type { Spool } from './delivery/spool.ts';
import type { SpoolKind } from './delivery/spool-folder.ts';
import { createStatusReporter } from './delivery/status-reporter.ts';
import { createTransport } from './delivery/transport.ts';
import type { ConfigurationProblem } from './errors.ts';
import type { Log } from './log.ts';
import { describeBadCa, describeBadSpool } from './options-files.ts';
import type { ResolvedOptions } from './options.ts';
import type { ControlConnection } from './protocol/agent-event.ts';
import type { Breakpoint, Registration } from './protocol/breakpoint.ts';
import type { ControlMessage, ControlState } from './protocol/control-message.ts';
import { sourceAnswerPath, streamPath } from './protocol/routes.ts';
import { encodeSourceAnswer, MAX_SOURCE_ANSWER_BYTES } from './protocol/source.ts';
import type { SourceAnswer } from './protocol/source.ts';
import { formatStateVersion } from './protocol/state-version.ts';
import type { LinkHooks, ServerLink } from './server-link.ts';

/** Answers about source under way. Who asks for more at once is no person, and gets none: each would be a request of ours. */
const MAX_SOURCE_ANSWERS = 16;

const HEARD: ReadonlySet<ControlConnection> = new Set(['open', 'polling']);

/**
 * The link over HTTP and SSE: delivery is the way out, control is the way in. Opens nothing before `start`. Throws where there
 * is no WebAssembly, as with `--jitless`: no request would ever come through.
 * @param monotonicNow milliseconds that never go back, whatever the program does to its own clocks
 */
export function connectToServer(
  options: ResolvedOptions,
  identity: AgentIdentity,
  hooks: LinkHooks,
  log: Log,
  monotonicNow: () => number,
): ServerLink {
  if (!('WebAssembly' in globalThis)) throw new Error('its HTTP client needs WebAssembly');
  const clock: Clock = { ...SYSTEM_CLOCK, now: monotonicNow };
  /** Version of the whole state that was applied last and that nothing changed since. */
  let appliedVersion: string | null = null;
  let sourceAnswers = 0;

  function apply(message: ControlMessage): void {
    if (message.kind !== 'source_request') appliedVersion = null;
    hooks.apply(message);
    if (message.kind === 'state') appliedVersion = versionOf(message.state);
  }

  /** Every report is answered with the whole state: one that is known need not be compiled again. */
  function applyIfNew(state: ControlState): void {
    const version = versionOf(state);
    if (version === null || version !== appliedVersion) apply({ kind: 'state', state });
  }

  /**
   * The answer may have been under way while the breakpoint was deleted again: the next state counts, although it may be
   * one that is known.
   */
  async function register(registration: Registration): Promise<Breakpoint | null> {
    const breakpoint = await delivery.register(registration);
    appliedVersion = null;
    return breakpoint;
  }

  /** Without them a server whose certificate they made is refused, which is the safe side. */
  function readOwnAuthorities(text: string): TrustedAuthorities | null {
    try {
      return readAuthorities(text);
    } catch (error) {
      const { code, message } = describeBadCa(error instanceof Error ? error.message : String(error));
      hooks.onProblem(code, message);
      return null;
    }
  }

  function createOwnSpool(kind: SpoolKind, folder: string | null): Spool | null {
    if (folder === null) return null;
    return createLateSpool(async () => {
      const { createSpool } = await import('./delivery/spool.ts');
      return createSpool({
        folder,
        kind,
        maxBytes: options.maxPayloadsDirBytes,
        now: monotonicNow,
        wallNow: Date.now,
        onUsable: () => hooks.onMended('STILLFRAME_BAD_SPOOL'),
        onProblem(problem, why) {
          const { code, message } =
            problem === 'full' ? describeFullSpool(kind, why) : describeBadSpool(kind, why);
          hooks.onProblem(code, message);
        },
      });
    });
  }

  async function answerSource(requestId: string, answer: SourceAnswer): Promise<boolean> {
    if (sourceAnswers >= MAX_SOURCE_ANSWERS) return false;
    sourceAnswers += 1;
    const encode = (one: SourceAnswer): Buffer => Buffer.from(JSON.stringify(encodeSourceAnswer(one)));
    try {
      // A program may have put a `toJSON` on a built-in: what that throws is not to be a rejection that nobody hears.
      const body = encode(answer);
      await transport.request({
        method: 'POST',
        path: sourceAnswerPath(requestId),
        contentType: 'application/json',
        body:
          body.byteLength <= MAX_SOURCE_ANSWER_BYTES
            ? body
            : encode({ kind: 'refused', code: 'file_too_large' }),
      });
      return true;
    } catch (error) {
      log.debug(`an answer about source could not be sent: ${toDeliveryError(error).message}`);
      return false;
    } finally {
      sourceAnswers -= 1;
    }
  }

  const transport = createTransport({
    endpoint: options.endpoint,
    route: { proxy: options.proxy, authorities: options.ca === null ? null : readOwnAuthorities(options.ca) },
    apiKey: options.apiKey ?? (() => ''),
    instanceId: identity.instanceId,
    userAgent: identity.userAgent,
    requestTimeoutMs: options.captureTimeoutMs,
    connectTimeoutMs: options.streamOpenMs,
    clock,
  });
  const failedSpool = createOwnSpool('failed', options.failedPayloadsDir);
  const allSpool = createOwnSpool('all', options.allPayloadsDir);
  const delivery = createDelivery({
    transport,
    ...(failedSpool === null ? {} : { failedSpool }),
    ...(allSpool === null ? {} : { allSpool }),
    serviceName: options.serviceName,
    log,
    clock,
    limits: {
      breakerFailures: options.circuitBreaker ? options.breakerFailures : Number.MAX_SAFE_INTEGER,
      breakerWindowMs: options.breakerWindowMs,
      breakerCooldownMs: options.breakerCooldownMs,
      maxTries: options.numRetries + 1,
      maxBatchItems: options.batchSize,
      maxBatchBytes: options.maxRequestSize >> 1,
      maxRequestBytes: options.maxRequestSize,
      maxQueuedItems: options.queueSize,
      lingerMs: options.syncFlush ? null : options.batchDelayMs,
      retryBaseDelayMs: options.retryBaseMs,
      retryMaxDelayMs: options.retryMaxMs,
      authRetryMs: options.accessRetryMs,
    },
    onBreaker: hooks.onBreaker,
    onAccess: hooks.onAccess,
    onDenied: hooks.onDenied,
    onDrop: hooks.onDrop,
    onStored: hooks.onStored,
    onSpooled: hooks.onSpooled,
    onState: applyIfNew,
  });
  const reporter = createStatusReporter({
    intervalMs: options.statusIntervalMs,
    collect: hooks.collectStatus,
    send: async (events) => {
      const isTaken = (await delivery.report(events)) !== null;
      if (isTaken) hooks.onStatusTaken();
      return isTaken;
    },
    setTimer: clock.setTimer,
  });
  const control = createControl({
    streamUrl: transport.resolve(streamPath(options.serviceName)),
    openStream: transport.openStream,
    poll: delivery.fetchState,
    apply,
    onConnection(connection) {
      hooks.onConnection(connection);
      reporter.reportSoon();
    },
    onContactLost() {
      appliedVersion = null;
      hooks.onContactLost();
    },
    log,
    now: monotonicNow,
    timings: {
      minBackoffMs: options.reconnectMinMs,
      maxBackoffMs: Math.max(options.reconnectMinMs, options.reconnectMaxMs),
      resetBackoffAfterMs: options.reconnectResetMs,
      openTimeoutMs: options.streamOpenMs,
      firstEventTimeoutMs: options.streamFirstEventMs,
      authRetryMs: options.accessRetryMs,
      firstPollMs: options.firstPollMs,
      pollIntervalMs: options.pollIntervalMs,
      silenceTimeoutMs: options.streamSilenceMs,
      contactLostAfterMs: options.contactExpiryMs,
    },
  });

  return {
    start() {
      failedSpool?.start();
      allSpool?.start();
      control.start();
      reporter.start();
    },
    submit: delivery.submit,
    register,
    reportBreakpoint: reporter.reportBreakpoint,
    reportSoon: reporter.reportSoon,
    answerSource,
    dropQueued: delivery.dropQueued,
    flush: delivery.flush,
    status() {
      const { queued, inFlight, unconfirmed, breaker, accessDenied, lastError } = delivery.status();
      return {
        connection: control.connection(),
        breaker,
        queued: queued + inFlight,
        unconfirmed,
        accessDenied,
        lastError,
      };
    },
    async close(timeoutMs) {
      // A server that is not there would only be waited for.
      const isHeard = HEARD.has(control.connection());
      reporter.close();
      control.close();
      await delivery.close(timeoutMs, isHeard ? reporter.sayLastWord : undefined);
      await transport.close();
    },
  };
}

function versionOf(state: ControlState): string | null {
  return state.version === null ? null : formatStateVersion(state.version);
}

function describeFullSpool(kind: SpoolKind, why: string): ConfigurationProblem {
  return {
    code: 'STILLFRAME_SPOOL_FULL',
    message: `Option "${kind}PayloadsDir": ${why}; send it with stillframe replay, or raise "maxPayloadsDirBytes".`,
  };
}
