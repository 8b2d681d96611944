import type { UserLogger } from './log.ts';
import type { PiiPattern } from './scrub/custom-pattern.ts';

export type { PiiPattern } from './scrub/custom-pattern.ts';

/**
 * What `init` takes. Everything is optional; an explicit option wins over `STILLFRAME_*`, that over the `TRACEKIT_*`
 * alias, that over the default. A bad value never throws: the default is used (for privacy the stricter value) and
 * `status().problems` says so. `strict: true` throws instead.
 */
export interface AgentOptions {
  /**
   * SDK key of the control server. May be a function, also async, that is called again after a 401. Trimmed.
   * Without a key the agent is off. Environment: `STILLFRAME_API_KEY`, `TRACEKIT_API_KEY`.
   */
  readonly apiKey?: string | (() => string | Promise<string>);
  /**
   * Base URL of the control server; the scheme may be left out, a known path suffix is stripped.
   * Default `http://127.0.0.1:7070`. Environment: `STILLFRAME_ENDPOINT`, `TRACEKIT_ENDPOINT`.
   */
  readonly endpoint?: string;
  /**
   * Name of this service on the dashboard, 1 to 200 characters. Default: `STILLFRAME_SERVICE_NAME`, `TRACEKIT_SERVICE_NAME`,
   * `OTEL_SERVICE_NAME`, `SERVICE_NAME`, the name in the nearest package.json, else `node-app`.
   */
  readonly serviceName?: string;
  /** False switches the agent off: no socket, no timer. Default true. Environment: `STILLFRAME_ENABLED`, `TRACEKIT_ENABLED`. */
  readonly enabled?: boolean;
  /** Deployment environment shown with every snapshot; which one they are stored in follows from the key. Default `NODE_ENV`. Environment: `STILLFRAME_ENVIRONMENT`. */
  readonly environment?: string;
  /** Version of your service. Environment: `STILLFRAME_RELEASE`. */
  readonly release?: string;
  /** Commit of your service. Environment: `STILLFRAME_COMMIT`. */
  readonly commit?: string;
  /** Name of this machine on the dashboard. Default: the operating system's host name. Environment: `STILLFRAME_HOST`. */
  readonly host?: string;
  /** Levels below `variables` that are copied. Default 3, 1 to 10. Environment: `STILLFRAME_MAX_DEPTH`. */
  readonly maxDepth?: number;
  /** Elements kept of an array, Map or Set. Default 100, 1 to 1,000. Environment: `STILLFRAME_MAX_ELEMENTS`. */
  readonly maxElements?: number;
  /** Properties kept of an object. Default 64, 1 to 1,000. Environment: `STILLFRAME_MAX_PROPERTIES`. */
  readonly maxProperties?: number;
  /** Characters kept of a string. Default 1,024, 1 to 16,384. Environment: `STILLFRAME_MAX_STRING_LENGTH`. */
  readonly maxStringLength?: number;
  /** UTF-8 bytes of a whole snapshot. Default 16,384, 1,024 to 262,144. Environment: `STILLFRAME_MAX_PAYLOAD_BYTES`. */
  readonly maxPayloadBytes?: number;
  /** Milliseconds that one copy may take. Default 5, 1 to 20. Environment: `STILLFRAME_MAX_COPY_MS`. */
  readonly maxCopyMs?: number;
  /** Stack frames kept. Default 20, 1 to 50. Environment: `STILLFRAME_MAX_FRAMES`. */
  readonly maxFrames?: number;
  /** Milliseconds between two captures of one label. Default 1,000, 1,000 to 3,600,000. Environment: `STILLFRAME_RATE_LIMIT_MS`. */
  readonly rateLimitMs?: number;
  /** Captures a second over all labels. Default 25, 1 to 100. Environment: `STILLFRAME_MAX_CAPTURES_PER_SECOND`. */
  readonly maxCapturesPerSecond?: number;
  /** True lets a breakpoint raise its own limits, never above the hard maxima. Default false. Environment: `STILLFRAME_ALLOW_REMOTE_LIMITS`. */
  readonly allowRemoteLimits?: boolean;
  /** False: breakpoints at lines of running code are refused. Default true. Environment: `STILLFRAME_LINE_BREAKPOINTS`. */
  readonly lineBreakpoints?: boolean;
  /** Percent of the thread's time that one line breakpoint may take before it rests. Default 1, 1 to 50. Environment: `STILLFRAME_LINE_BREAKPOINT_PERCENT`. */
  readonly lineBreakpointPercent?: number;
  /** True shows the source of the application's loaded files to people who may see captured values, scrubbed, when they ask for it; false never does. Default: true where the control server is on this machine and `NODE_ENV` is not production. Environment: `STILLFRAME_SOURCE_ACCESS`. */
  readonly sourceAccess?: boolean;
  /** False sends values as they are. Default true. Environment: `STILLFRAME_PII_SCRUBBING`. */
  readonly piiScrubbing?: boolean;
  /** Types that are not looked for: `['email', 'phone']`. With an unknown one in it, every type is looked for. Default none. Environment: `STILLFRAME_DISABLED_TYPES`, separated by commas. */
  readonly disabledTypes?: readonly string[];
  /** Names redacted beside the built-in ones, at every depth and in any spelling. Environment: `STILLFRAME_REDACT_NAMES`, separated by commas. */
  readonly redactNames?: readonly string[];
  /** Names that the name rule leaves alone, exactly, in any spelling. Environment: `STILLFRAME_ALLOW_NAMES`, separated by commas. */
  readonly allowNames?: readonly string[];
  /** Places that are always redacted, in fast-redact's syntax with at most one wildcard: `user.address`, `orders[*].note`. Environment: `STILLFRAME_REDACT_PATHS`, separated by commas. */
  readonly redactPaths?: readonly string[];
  /** Patterns of your own, `{type, pattern, severity}`, at most 50. While one is refused, because it is not linear in time for example, the agent is off. */
  readonly piiPatterns?: readonly PiiPattern[];
  /** Request context of plain `node:http` servers. Default true. Environment: `STILLFRAME_REQUEST_CONTEXT`. */
  readonly requestContext?: boolean;
  /** Milliseconds for one request to the control server. Default 5,000, 100 to 60,000. Environment: `STILLFRAME_CAPTURE_TIMEOUT_MS`. */
  readonly captureTimeoutMs?: number;
  /** Milliseconds that an exiting process may wait for unsent snapshots. Default 1,000, 0 to 10,000. Environment: `STILLFRAME_EXIT_FLUSH_MS`. */
  readonly exitFlushMs?: number;
  /** True also sends what waits when SIGTERM or SIGINT comes, for at most `exitFlushMs`, then lets the signal end the process as it would have; a handler of your own goes first. Default false. Environment: `STILLFRAME_HANDLE_SIGNALS`. */
  readonly handleSignals?: boolean;
  /** Milliseconds between polls while the stream is down. Default 30,000, 1,000 to 3,600,000. Environment: `STILLFRAME_POLL_INTERVAL_MS`. */
  readonly pollIntervalMs?: number;
  /** Milliseconds of silence after which a stream counts as dead. Default 45,000, 1,000 to 600,000. Environment: `STILLFRAME_STREAM_SILENCE_MS`. */
  readonly streamSilenceMs?: number;
  /** Milliseconds between status reports. Default 15,000, 1,000 to 600,000. Environment: `STILLFRAME_STATUS_INTERVAL_MS`. */
  readonly statusIntervalMs?: number;
  /** Milliseconds without contact after which remote breakpoints disarm. Default 3,600,000, 60,000 to 86,400,000. Environment: `STILLFRAME_CONTACT_EXPIRY_MS`. */
  readonly contactExpiryMs?: number;
  /** False: never stop capturing because deliveries fail. Default true. Environment: `STILLFRAME_CIRCUIT_BREAKER`. */
  readonly circuitBreaker?: boolean;
  /** Milliseconds of the first delay before the control stream is opened again; doubles up to `reconnectMaxMs`. Default 1,000, 10 to 60,000. Environment: `STILLFRAME_RECONNECT_MIN_MS`. */
  readonly reconnectMinMs?: number;
  /** Milliseconds of the longest delay before the control stream is opened again; each is 50 to 100 % of its step. Default 30,000, 10 to 3,600,000. Environment: `STILLFRAME_RECONNECT_MAX_MS`. */
  readonly reconnectMaxMs?: number;
  /** A stream that was up for so many milliseconds starts the delays anew. Default 60,000, 10 to 3,600,000. Environment: `STILLFRAME_RECONNECT_RESET_MS`. */
  readonly reconnectResetMs?: number;
  /** Milliseconds for the control stream to answer. Default 10,000, 50 to 60,000. Environment: `STILLFRAME_STREAM_OPEN_MS`. */
  readonly streamOpenMs?: number;
  /** Milliseconds from that answer to the first event. Default 10,000, 50 to 60,000. Environment: `STILLFRAME_STREAM_FIRST_EVENT_MS`. */
  readonly streamFirstEventMs?: number;
  /** Milliseconds from the loss of the stream to the first poll, ± 20 %. Default 2,000, 10 to 60,000. Environment: `STILLFRAME_FIRST_POLL_MS`. */
  readonly firstPollMs?: number;
  /** Milliseconds until a key that was refused is tried again, ± 10 %. Default 300,000, 100 to 86,400,000. Environment: `STILLFRAME_ACCESS_RETRY_MS`. */
  readonly accessRetryMs?: number;
  /** Failed deliveries within `breakerWindowMs` that open the circuit breaker. Default 3, 1 to 100. Environment: `STILLFRAME_BREAKER_FAILURES`. */
  readonly breakerFailures?: number;
  /** Milliseconds of the sliding window in which failures count. Default 60,000, 100 to 3,600,000. Environment: `STILLFRAME_BREAKER_WINDOW_MS`. */
  readonly breakerWindowMs?: number;
  /** Milliseconds that an open breaker waits before it tries one delivery. Default 300,000, 100 to 86,400,000. Environment: `STILLFRAME_BREAKER_COOLDOWN_MS`. */
  readonly breakerCooldownMs?: number;
  /** Milliseconds: the delay before a delivery is tried again is a random part of this, doubled with every try. Default 1,000, 1 to 60,000. Environment: `STILLFRAME_RETRY_BASE_MS`. */
  readonly retryBaseMs?: number;
  /** Milliseconds of the longest delay before a delivery is tried again. Default 10,000, 1 to 600,000. Environment: `STILLFRAME_RETRY_MAX_MS`. */
  readonly retryMaxMs?: number;
  /** Times that a delivery that failed is tried again. Default 2, 0 to 10. Environment: `STILLFRAME_NUM_RETRIES`. */
  readonly numRetries?: number;
  /** Snapshots in one request. Default 100, 1 to 1,000. Environment: `STILLFRAME_BATCH_SIZE`. */
  readonly batchSize?: number;
  /** Milliseconds that the first snapshot of a request waits for company. Default 200, 0 to 60,000. Environment: `STILLFRAME_BATCH_DELAY_MS`. */
  readonly batchDelayMs?: number;
  /** Bytes of one request before compression; batches are cut at half of it, and a snapshot that is larger by itself is dropped as `size`. Default 6,291,456, 65,536 to 16,777,216. Environment: `STILLFRAME_MAX_REQUEST_SIZE`. */
  readonly maxRequestSize?: number;
  /** Snapshots that wait to be sent, at most 8 MiB of them; beyond it the oldest goes. Default 1,000, 1 to 100,000. Environment: `STILLFRAME_QUEUE_SIZE`. */
  readonly queueSize?: number;
  /** True sends snapshots only in `flush()` and `shutdown()`, not at the end of the process either; `flush()` then rejects with a `FlushError` when not everything could be delivered. Default false. Environment: `STILLFRAME_SYNC_FLUSH`. */
  readonly syncFlush?: boolean;
  /** Folder for the snapshots that could not be sent; `stillframe replay` sends them later. It is made with mode 0700; one that others can look into is refused. Environment: `STILLFRAME_FAILED_PAYLOADS_DIR`. */
  readonly failedPayloadsDir?: string;
  /** Folder for a copy of every snapshot that was sent, as it was sent. Environment: `STILLFRAME_ALL_PAYLOADS_DIR`. */
  readonly allPayloadsDir?: string;
  /** Bytes that each of these folders may hold, its archive included. Default 104,857,600, 1,048,576 to 107,374,182,400. Environment: `STILLFRAME_MAX_PAYLOADS_DIR_BYTES`. */
  readonly maxPayloadsDirBytes?: number;
  /** Allows plain http to a host that is not loopback; refused when `NODE_ENV` is production. Default false. Environment: `STILLFRAME_INSECURE`, `TRACEKIT_INSECURE`. */
  readonly insecure?: boolean;
  /** Certificates of an authority of your own, as PEM text or as the path of a PEM file; they are trusted beside those that Node trusts, `NODE_EXTRA_CA_CERTS` included. Environment: `STILLFRAME_CA_FILE`. */
  readonly ca?: string;
  /** Where warnings go; default `process.emitWarning`. Whatever it throws is swallowed. */
  readonly logger?: UserLogger;
  /** True writes what the agent does to the logger, or to standard error. Default false. Environment: `STILLFRAME_DEBUG`. */
  readonly debug?: boolean;
  /** False reads no environment variable. Default true. */
  readonly env?: boolean;
  /** True throws a `ConfigurationError` for any problem. For tests and CI. Default false. */
  readonly strict?: boolean;
}
