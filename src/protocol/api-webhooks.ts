/** Webhooks: what the server tells other programs. */

/** What a webhook can be told of. */
export const WEBHOOK_EVENTS = ['breakpoint_hit', 'security_flag', 'breaker_open', 'kill_switch'] as const;
/** One of {@link WEBHOOK_EVENTS}. */
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** One row of `GET /api/webhooks`; its secret is shown once, when it is made or rotated. */
export interface Webhook {
  readonly id: string;
  /** http or https; may itself be a secret, so only administrators see it. */
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  readonly enabled: boolean;
  /** `failures`: the server switched it off after too many failed deliveries in a row. Null while enabled, or by a person. */
  readonly disabledReason: 'failures' | null;
  /** Failed deliveries since the last that succeeded. */
  readonly consecutiveFailures: number;
  /** Deliveries that were never tried, because too many waited. */
  readonly droppedDeliveries: number;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
  /** Counts changes by people; send it as `If-Match`. */
  readonly version: number;
}

/** Body of `POST /api/webhooks`. */
export interface NewWebhook {
  readonly url: string;
  readonly events: readonly WebhookEvent[];
  /** Default true. */
  readonly enabled?: boolean;
}

/** Body of `PATCH /api/webhooks/:id`: what is left out stays. Enabling forgets the failures. */
export type WebhookPatch = Partial<NewWebhook>;

/** Answer to `POST /api/webhooks` and `POST /api/webhooks/:id/rotate-secret`. */
export interface WebhookWithSecret {
  readonly webhook: Webhook;
  /** Key of the signatures: never shown again. */
  readonly secret: string;
}

/** One row of `GET /api/webhooks/:id/deliveries`, the newest first. */
export interface WebhookDelivery {
  readonly id: string;
  readonly event: WebhookEvent | 'test';
  readonly state: 'waiting' | 'delivered' | 'failed';
  /** Requests that were made. */
  readonly attempts: number;
  /** HTTP status of the last answer, or null. */
  readonly status: number | null;
  /** Why the last attempt failed, a stable code; null when it did not. */
  readonly error: string | null;
  readonly createdAt: string;
  readonly finishedAt: string | null;
}

/** Body of every delivery: counts, names and ids, never a captured value. */
export interface WebhookPayload {
  /** The same for every webhook that is told, and for every try: to tell repetitions. */
  readonly id: string;
  readonly type: WebhookEvent | 'test';
  /** RFC 3339. */
  readonly at: string;
  /** The page of the dashboard that shows it. */
  readonly link: string;
  readonly serviceName?: string | null;
  readonly environment?: string | null;
  readonly label?: string | null;
  readonly breakpointId?: string | null;
  readonly snapshotId?: string | null;
  /** `breakpoint_hit`: snapshots in the batch that caused this. `security_flag`: findings in them. */
  readonly count?: number;
  /** `security_flag`: the types that were found. */
  readonly flags?: readonly string[];
  /** `breaker_open`, and `kill_switch` of one agent. */
  readonly instanceId?: string | null;
  /** `kill_switch`. */
  readonly scope?: string;
  /** `kill_switch`: true for a stop. */
  readonly on?: boolean;
}
