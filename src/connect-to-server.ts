import type { AgentIdentity } from './agent.ts';
import { createControl } from './control/create-control.ts';
import { createDelivery } from './delivery/create-delivery.ts';
import { createStatusReporter } from './delivery/status-reporter.ts';
import { createTransport } from './delivery/transport.ts';
import type { Log } from './log.ts';
import type { ResolvedOptions } from './options.ts';
import { streamPath } from './protocol/routes.ts';
import type { LinkHooks, ServerLink } from './server-link.ts';

/** The link over HTTP and SSE: delivery is the way out, control is the way in. Opens nothing before `start`. */
export function connectToServer(
  options: ResolvedOptions,
  identity: AgentIdentity,
  hooks: LinkHooks,
  log: Log,
): ServerLink {
  const transport = createTransport({
    endpoint: options.endpoint,
    apiKey: options.apiKey ?? (() => ''),
    instanceId: identity.instanceId,
    userAgent: identity.userAgent,
    requestTimeoutMs: options.captureTimeoutMs,
  });
  const delivery = createDelivery({
    transport,
    serviceName: options.serviceName,
    log,
    limits: {
      breakerFailures: options.circuitBreaker ? options.breakerFailures : Number.MAX_SAFE_INTEGER,
      breakerWindowMs: options.breakerWindowMs,
      breakerCooldownMs: options.breakerCooldownMs,
      retryBaseDelayMs: options.retryBaseMs,
      retryMaxDelayMs: options.retryMaxMs,
      authRetryMs: options.accessRetryMs,
    },
    onBreaker: hooks.onBreaker,
    onDrop: hooks.onDrop,
    onStored: hooks.onStored,
    onState: (state) => hooks.apply({ kind: 'state', state }),
  });
  const reporter = createStatusReporter({
    intervalMs: options.statusIntervalMs,
    collect: hooks.collectStatus,
    send: async (events) => (await delivery.report(events)) !== null,
    setTimer: (callback, delayMs) => {
      const timer = setTimeout(callback, delayMs).unref();
      return () => clearTimeout(timer);
    },
  });
  const control = createControl({
    streamUrl: transport.resolve(streamPath(options.serviceName)),
    openStream: transport.openStream,
    poll: delivery.fetchState,
    apply: hooks.apply,
    onConnection: reporter.reportSoon,
    onContactLost: hooks.onContactLost,
    log,
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
      control.start();
      reporter.start();
    },
    submit: delivery.submit,
    register: delivery.register,
    reportBreakpoint: reporter.reportBreakpoint,
    reportSoon: reporter.reportSoon,
    dropQueued: delivery.dropQueued,
    flush: delivery.flush,
    status() {
      const { queued, inFlight, breaker, lastError } = delivery.status();
      return { connection: control.connection(), breaker, queued: queued + inFlight, lastError };
    },
    async close(timeoutMs) {
      reporter.close();
      control.close();
      await delivery.close(timeoutMs);
      await transport.close();
    },
  };
}
