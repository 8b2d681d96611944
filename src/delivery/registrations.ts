import { encodeRegistration, parseBreakpoint } from '../protocol/breakpoint.ts';
import type { Breakpoint, Registration } from '../protocol/breakpoint.ts';
import { REGISTER_PATH } from '../protocol/routes.ts';
import type { Access } from './access.ts';
import { sleep } from './clock.ts';
import type { Clock } from './clock.ts';
import { DeliveryError, isAccessDenied, isRetryable, toDeliveryError } from './delivery-error.ts';
import { MAX_RETRY_AFTER_MS } from './retry-after.ts';
import type { Transport } from './transport.ts';

/** How long a registration goes on trying. */
export interface RegistrationLimits {
  readonly maxTries: number;
  readonly baseDelayMs: number;
  readonly maxDelayMs: number;
}

/** Makes labels known to the control server, one after the other. */
export interface Registrations {
  /** The breakpoint of the label, or null when it could not be registered now. Never rejects. */
  register(registration: Registration): Promise<Breakpoint | null>;
}

/**
 * A thousand labels may register in the first second, and the server may be away: they share one request at a time and
 * one back-off, so that neither side is flooded.
 * @param closing gives up everything that waits
 */
export function createRegistrations(deps: {
  readonly transport: Transport;
  readonly access: Access;
  readonly limits: RegistrationLimits;
  readonly clock: Clock;
  readonly random: () => number;
  readonly closing: AbortSignal;
  onError(error: DeliveryError): void;
}): Registrations {
  const { transport, access, limits, clock, random, closing } = deps;
  /** Ends when all registrations so far are settled. */
  let last: Promise<unknown> = Promise.resolve();
  /** Failures since the last answer, over all labels. */
  let failures = 0;

  return {
    register(registration) {
      const result = last.then(() => tryUntilKnown(registration));
      last = result;
      return result;
    },
  };

  async function tryUntilKnown(registration: Registration): Promise<Breakpoint | null> {
    for (let tries = 1; !closing.aborted; tries++) {
      try {
        return await ask(registration);
      } catch (caught) {
        const error = toDeliveryError(caught);
        if (closing.aborted) return null;
        deps.onError(error);
        const waitMs = delayAfter(error);
        if (waitMs === null || tries >= limits.maxTries) return null;
        await sleep(clock, waitMs, closing).catch(() => {});
      }
    }
    return null;
  }

  async function ask(registration: Registration): Promise<Breakpoint | null> {
    const answer = await transport.request({
      method: 'POST',
      path: REGISTER_PATH,
      contentType: 'application/json',
      body: Buffer.from(JSON.stringify(encodeRegistration(registration))),
      signal: closing,
    });
    failures = 0;
    access.grant('register');
    return parseBreakpoint(answer.body);
  }

  /** How long to wait after this error, or null when waiting does not help. */
  function delayAfter(error: DeliveryError): number | null {
    if (isAccessDenied(error)) return access.deny('register', error.message);
    if (!isRetryable(error)) return null;
    const ceiling = Math.min(limits.maxDelayMs, limits.baseDelayMs * 2 ** failures);
    failures++;
    return Math.max(Math.min(error.retryAfterMs ?? 0, MAX_RETRY_AFTER_MS), (0.5 + random() * 0.5) * ceiling);
  }
}
