import { AsyncLocalStorage } from 'node:async_hooks';
import type { DropReason } from '../protocol/drop-reason.ts';
import { encodeSnapshot } from '../protocol/snapshot.ts';
import type { Snapshot } from '../protocol/snapshot.ts';
import { createAccess } from './access.ts';
import { createBreaker } from './breaker.ts';
import type { BreakerState } from './breaker.ts';
import { SYSTEM_CLOCK } from './clock.ts';
import { DeliveryError } from './delivery-error.ts';
import type { Delivery, DeliveryOptions } from './delivery.ts';
import { resolveDeliveryLimits } from './delivery-limits.ts';
import { createLineMemory } from './line-memory.ts';
import type { KeptLine, LineMemory } from './line-memory.ts';
import { createLosses } from './losses.ts';
import type { Labelled } from './losses.ts';
import { createPump } from './pump.ts';
import { createQueue, encodeLines, letGoOf } from './queue.ts';
import type { QueuedLine } from './queue.ts';
import { createRegistrations } from './registrations.ts';
import { createReports } from './reports.ts';
import { createUnconfirmed } from './unconfirmed.ts';
import { createUpload } from './upload.ts';

/** A server that is there takes a report in milliseconds. */
const MAX_LAST_WORD_MS = 1_000;

/** Puts queue, breaker, retries, transport and spool together. */
export function createDelivery(options: DeliveryOptions): Delivery {
  const { transport, log } = options;
  const clock = options.clock ?? SYSTEM_CLOCK;
  const random = options.random ?? Math.random;
  const limits = resolveDeliveryLimits(options.limits);
  const closing = new AbortController();
  /** The last report may still go out when nothing else may. */
  const over = new AbortController();
  const access = createAccess(limits.authRetryMs, clock, random, {
    onChange: (problem) => quietly(() => options.onAccess?.(problem)),
    onDenied: () => quietly(() => options.onDenied?.()),
  });
  const memory = options.memory ?? createLineMemory();
  const unconfirmed = createUnconfirmed();
  const queue = createQueue({ maxItems: limits.maxQueuedItems, maxBytes: limits.maxQueuedBytes });
  // Sockets and timers remember the async context that made them; the host's request must not live on in ours.
  const inOwnContext = AsyncLocalStorage.snapshot();
  let inFlight = 0;
  let lastError: string | null = null;
  let cancelAccessTimer: (() => void) | null = null;
  let closed: Promise<void> | null = null;

  const losses = createLosses({
    spool: options.failedSpool,
    copies: options.allSpool,
    clock,
    inOwnContext,
    onDrop: (reason, lines) => quietly(() => options.onDrop?.(reason, lines.length, labelsOf(lines))),
    onSpooled: (lines) => quietly(() => options.onSpooled?.(lines.length, labelsOf(lines))),
  });
  const reports = createReports({
    transport,
    access,
    serviceName: options.serviceName,
    closing: over.signal,
    onState: (state) => quietly(() => options.onState?.(state)),
    onError: noteError,
  });
  const registrations = createRegistrations({
    transport,
    access,
    limits: {
      maxTries: limits.maxRegistrationTries,
      baseDelayMs: limits.registrationBaseDelayMs,
      maxDelayMs: limits.registrationMaxDelayMs,
    },
    clock,
    random,
    closing: closing.signal,
    onError: noteError,
  });
  const breaker = createBreaker(
    {
      maxFailures: limits.breakerFailures,
      windowMs: limits.breakerWindowMs,
      cooldownMs: limits.breakerCooldownMs,
      maxRunMs: limits.maxRunMs,
    },
    clock,
    breakerChanged,
  );
  const pump = createPump({
    queue,
    batch: { maxItems: limits.maxBatchItems, maxBytes: limits.maxBatchBytes },
    lingerMs: limits.lingerMs,
    clock,
    canSend: () => !closing.signal.aborted && breaker.canRun() && !access.isDenied('capture'),
    upload: async (lines, abandonment) => {
      inFlight += lines.length;
      await upload(lines, abandonment);
    },
  });
  const upload = createUpload({
    transport,
    breaker,
    limits: {
      maxTries: limits.maxTries,
      baseDelayMs: limits.retryBaseDelayMs,
      maxDelayMs: limits.retryMaxDelayMs,
    },
    clock,
    random,
    closing: closing.signal,
    unconfirmed,
    events: {
      onStored(lines) {
        inFlight -= lines.length;
        access.grant('capture');
        letGoOf(lines);
        quietly(() => options.onStored?.(lines.length, labelsOf(lines)));
      },
      onRejected(lines) {
        inFlight -= lines.length;
        lose('rejected', lines);
      },
      onLost(reason, lines) {
        inFlight -= lines.length;
        lose(reason, lines);
      },
      onSent(lines) {
        quietly(() => void options.allSpool?.write(lines.map((line) => encodeLines([line]))));
      },
      onReturned(lines) {
        inFlight -= lines.length;
        overflow(queue.putBack(lines));
      },
      onDenied(error) {
        access.deny('capture', error.message);
        wakeWhenAllowed();
      },
      onError: noteError,
    },
  });

  return {
    submit(snapshot, label = snapshot.label) {
      if (closed !== null) {
        losses.drop('shutdown', [{ label }]);
        return;
      }
      const content = keepLine(snapshot, memory);
      if (content === null) {
        losses.drop('error', [{ label }]);
        return;
      }
      const line: QueuedLine = { content, label, unansweredTries: 0 };
      if (line.content.bytes > Math.min(limits.maxRequestBytes, limits.maxQueuedBytes)) {
        lose('size', [line]);
        return;
      }
      overflow(queue.push(line));
      inOwnContext(() => pump.wake());
    },
    register: (registration) => inOwnContext(() => registrations.register(registration)),
    report: (events) => inOwnContext(() => reports.report(events)),
    fetchState: () => inOwnContext(() => reports.fetchState()),
    flush: (timeoutMs, isLast) =>
      inOwnContext(() => (isLast === true ? flushForGood(timeoutMs) : flush(timeoutMs))),
    dropQueued(reason) {
      pump.abandon(reason);
      lose(reason, queue.clear());
      pump.wake();
    },
    status: () => ({
      queued: queue.size,
      queuedBytes: queue.bytes,
      inFlight: inFlight + losses.keeping,
      unconfirmed: unconfirmed.lines,
      breaker: breaker.state,
      accessDenied: access.isDenied('capture') || access.isDenied('register'),
      lastError,
    }),
    close(timeoutMs, sayLastWord) {
      closed ??= inOwnContext(() => close(timeoutMs, sayLastWord));
      return closed;
    },
  };

  async function flush(timeoutMs: number): Promise<{ readonly unsent: number }> {
    const relax = pump.hurry();
    await within(timeoutMs, pump.settled());
    relax();
    return { unsent: unsent() };
  }

  /** Waits for the work, and holds the process, so long at most. */
  async function within(timeoutMs: number, work: Promise<unknown>): Promise<void> {
    const deadline = Promise.withResolvers<void>();
    const cancel = clock.setTimer(deadline.resolve, timeoutMs, { holdsProcess: true });
    await Promise.race([work, deadline.promise]);
    cancel();
  }

  /** These are not stored, and not tried again from here. */
  function lose(reason: DropReason, lines: readonly QueuedLine[]): void {
    losses.lose(reason, lines);
    letGoOf(lines);
  }

  function unsent(): number {
    return queue.size + inFlight + losses.keeping;
  }

  async function flushForGood(timeoutMs: number): Promise<{ readonly unsent: number }> {
    const result = await flush(timeoutMs);
    if (!losses.canKeep || result.unsent === 0) return result;
    pump.abandon('shutdown', true);
    lose('shutdown', queue.clear());
    await pump.settled();
    await losses.settled();
    return { unsent: unsent() };
  }

  async function close(timeoutMs: number, sayLastWord?: () => Promise<unknown>): Promise<void> {
    const deadlineMs = clock.now() + timeoutMs;
    await flush(timeoutMs);
    const reason = access.isDenied('capture') ? 'auth' : 'shutdown';
    pump.abandon(reason);
    closing.abort(new DeliveryError('aborted', 'The agent shuts down'));
    cancelAccessTimer?.();
    await pump.settled();
    lose(reason, queue.clear());
    await losses.settled();
    const leftMs = Math.min(deadlineMs - clock.now(), MAX_LAST_WORD_MS);
    if (sayLastWord !== undefined && leftMs > 0) await within(leftMs, sayLastWord());
    over.abort(closing.signal.reason);
    breaker.shutdown();
    options.failedSpool?.close();
    options.allSpool?.close();
  }

  /**
   * Node counts a timer from the start of the loop's turn, so after a long turn it fires that much before the clock says
   * so; then what is left is waited for as well.
   */
  function wakeWhenAllowed(): void {
    cancelAccessTimer?.();
    const remainingMs = access.remainingMs('capture');
    if (remainingMs === 0) pump.wake();
    else cancelAccessTimer = clock.setTimer(wakeWhenAllowed, Math.ceil(remainingMs));
  }

  function breakerChanged(state: BreakerState): void {
    if (state === 'open') {
      reports.breakerTripped({
        type: 'circuit_breaker_tripped',
        failureCount: limits.breakerFailures,
        windowSeconds: Math.round(limits.breakerWindowMs / 1_000),
        cooldownSeconds: Math.round(limits.breakerCooldownMs / 1_000),
        timestamp: new Date(clock.wallNow()).toISOString(),
      });
      const seconds = Math.round(limits.breakerCooldownMs / 1_000);
      log.warn(
        'STILLFRAME_BREAKER_OPEN',
        `Snapshots cannot be delivered (${lastError ?? 'no answer'}); capturing pauses for ${seconds} s.`,
      );
    } else if (state === 'closed') {
      log.warn('STILLFRAME_BREAKER_CLOSED', 'Snapshots are delivered again.');
      reports.breakerClosed();
    } else {
      log.debug('the next delivery probes whether the control server is back');
    }
    quietly(() => options.onBreaker?.(state));
    if (state !== 'open') inOwnContext(() => pump.wake());
  }

  function overflow(lines: readonly QueuedLine[]): void {
    if (lines.length === 0) return;
    if (access.isDenied('capture')) {
      lose('auth', lines);
      return;
    }
    log.warn(
      'STILLFRAME_QUEUE_FULL',
      'More snapshots wait to be sent than "queueSize" and 8 MiB allow; the oldest go.',
    );
    lose('queue', lines);
  }

  function noteError(error: DeliveryError): void {
    lastError = error.message;
    log.debug(`a request failed: ${error.message}`);
  }
}

function labelsOf(lines: readonly Labelled[]): (string | null)[] {
  return lines.map(({ label }) => label);
}

/** The snapshot as a line of JSON; null when it cannot be serialised, or there is no memory for it. */
function keepLine(snapshot: Snapshot, memory: LineMemory): KeptLine | null {
  try {
    return memory.keep(JSON.stringify(encodeSnapshot(snapshot)));
  } catch {
    return null;
  }
}

/** What a listener throws, or a copy for which there is no memory, is not for the stage that tells it. */
function quietly(tell: () => void): void {
  try {
    tell();
  } catch {
    // The composer counts its own errors.
  }
}
