/** Every time of the control connection, in milliseconds. */
export interface ControlTimings {
  /** First delay after the stream ended; doubles up to {@link ControlTimings.maxBackoffMs}, each 50 to 100 % of it. */
  readonly minBackoffMs: number;
  readonly maxBackoffMs: number;
  /** A stream that was up this long starts the delays anew. */
  readonly resetBackoffAfterMs: number;
  /** From the start of a connection to the headers of the answer: name, TCP, TLS and the server's thinking. */
  readonly openTimeoutMs: number;
  /** From the headers to the first event. A resumed stream has nothing to tell at once and is given `silenceTimeoutMs`. */
  readonly firstEventTimeoutMs: number;
  /** Longest silence on an open stream; three of the server's heartbeats. */
  readonly silenceTimeoutMs: number;
  /** Pause after 401 and 403, ± 10 %. */
  readonly authRetryMs: number;
  /** From the first failure of the stream to the first poll, ± 20 %; the stream has one chance before. */
  readonly firstPollMs: number;
  /** Between polls while the stream is down, ± 20 %. */
  readonly pollIntervalMs: number;
  /** Longest `Retry-After` that is followed. */
  readonly maxRetryAfterMs: number;
  /** Without any contact for this long, `onContactLost` is called. */
  readonly contactLostAfterMs: number;
}

/** What applies when nothing is configured. */
export const DEFAULT_CONTROL_TIMINGS: ControlTimings = {
  minBackoffMs: 1_000,
  maxBackoffMs: 30_000,
  resetBackoffAfterMs: 60_000,
  openTimeoutMs: 10_000,
  firstEventTimeoutMs: 10_000,
  silenceTimeoutMs: 45_000,
  authRetryMs: 300_000,
  firstPollMs: 2_000,
  pollIntervalMs: 30_000,
  maxRetryAfterMs: 60_000,
  contactLostAfterMs: 3_600_000,
};
