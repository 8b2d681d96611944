/** Every time and amount of the delivery. Times in milliseconds, sizes in bytes. */
export interface DeliveryLimits {
  readonly maxQueuedItems: number;
  readonly maxQueuedBytes: number;
  readonly maxBatchItems: number;
  /** Uncompressed. A batch is cut here, but that one snapshot may be larger. */
  readonly maxBatchBytes: number;
  /** Uncompressed. A snapshot larger than this can be sent in no request: it is dropped as `size`. */
  readonly maxRequestBytes: number;
  /** How long the first snapshot of a batch waits for company; null: until somebody asks for a flush. */
  readonly lingerMs: number | null;
  /** Tries of one batch, the first included. */
  readonly maxTries: number;
  readonly retryBaseDelayMs: number;
  readonly retryMaxDelayMs: number;
  readonly breakerFailures: number;
  readonly breakerWindowMs: number;
  readonly breakerCooldownMs: number;
  /** Time of one delivery with all its tries, after which it counts as failed. */
  readonly maxRunMs: number;
  /** Pause after 401 and 403. */
  readonly authRetryMs: number;
  /** Tries of one registration. */
  readonly maxRegistrationTries: number;
  readonly registrationBaseDelayMs: number;
  readonly registrationMaxDelayMs: number;
}

/** What applies when nothing is configured. */
export const DEFAULT_DELIVERY_LIMITS: DeliveryLimits = {
  maxQueuedItems: 1_000,
  maxQueuedBytes: 8 * 1024 * 1024,
  maxBatchItems: 100,
  maxBatchBytes: 3 * 1024 * 1024,
  maxRequestBytes: 6 * 1024 * 1024,
  lingerMs: 200,
  maxTries: 3,
  retryBaseDelayMs: 1_000,
  retryMaxDelayMs: 10_000,
  breakerFailures: 3,
  breakerWindowMs: 60_000,
  breakerCooldownMs: 300_000,
  // Three requests and two waits of a minute, with room to spare for a longer time-out than the 5 s of a request.
  maxRunMs: 600_000,
  authRetryMs: 300_000,
  maxRegistrationTries: 12,
  registrationBaseDelayMs: 1_000,
  registrationMaxDelayMs: 60_000,
};

/** The defaults with what was given in their place. */
export function resolveDeliveryLimits(given: Partial<DeliveryLimits> | undefined): DeliveryLimits {
  return { ...DEFAULT_DELIVERY_LIMITS, ...given };
}
