import CircuitBreaker from 'opossum';
import type { Clock } from './clock.ts';
import { DeliveryError, isAnswer, isServerFault } from './delivery-error.ts';

/** `half_open`: the next run is the probe, or is running. */
export type BreakerState = 'closed' | 'open' | 'half_open';

/** When a breaker opens and for how long. */
export interface BreakerLimits {
  /** The failure that opens it is this one within the window. */
  readonly maxFailures: number;
  readonly windowMs: number;
  readonly cooldownMs: number;
  /** A run that is not over by then has failed, so that a probe that hangs cannot keep the breaker half open. */
  readonly maxRunMs: number;
}

/** Keeps an agent from working for a server that is not there. */
export interface Breaker {
  readonly state: BreakerState;
  /** True when {@link Breaker.run} would start: closed, or half open without a probe under way. */
  canRun(): boolean;
  /**
   * Runs one delivery, its retries included. Rejects with `breaker_open` without starting it when it may not run. The
   * signal given to `work` aborts when the run takes too long.
   */
  run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Stops its timers; every later run rejects. */
  shutdown(): void;
}

type Circuit = CircuitBreaker<[() => Promise<boolean>], boolean>;

/** Of opossum's own timer, which is never waited for. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

type Outcome<T> =
  { readonly kind: 'done'; readonly value: T } | { readonly kind: 'failed'; readonly error: unknown };

/**
 * A breaker that the n-th server fault inside a sliding window opens; successes in between do not reset the count. After
 * the cool-down one run is the probe: any answer, a 4xx too, closes the breaker, a server fault opens it for another
 * cool-down. Own faults never count, and neither does the late result of a run that began in an earlier state.
 * @param onChange told of each change once; what it throws is swallowed
 */
export function createBreaker(
  limits: BreakerLimits,
  clock: Clock,
  onChange: (state: BreakerState) => void,
): Breaker {
  /** Counts changes of state: a result belongs to the state in which its run began. */
  let era = 0;
  let failedAt: number[] = [];
  let cancelCooldown = (): void => {};
  let circuit = createCircuit({ closed: true, halfOpen: false });

  /**
   * opossum thinks in percentages of calls. At 100 % it never opens by itself, so the counting is ours; the states and the
   * single probe are its. Its cool-down takes no clock: ours ends, and the next circuit begins half open.
   */
  function createCircuit(state: { readonly closed: boolean; readonly halfOpen: boolean }): Circuit {
    // A variable, since its types leave out `state`.
    const options = {
      timeout: false as const,
      resetTimeout: LONGEST_TIMER_MS,
      errorThresholdPercentage: 100,
      rollingCountTimeout: limits.windowMs,
      rollingCountBuckets: 1,
      rollingPercentilesEnabled: false,
      enableSnapshots: false,
      state,
    };
    const made: Circuit = new CircuitBreaker((step: () => Promise<boolean>) => step(), options);
    made.on('failure', () => {
      if (!made.closed) return;
      const now = clock.now();
      failedAt = [...failedAt.filter((at) => now - at <= limits.windowMs), now];
      if (failedAt.length >= limits.maxFailures) made.open();
    });
    made.on('open', () => {
      cancelCooldown = clock.setTimer(cooledDown, limits.cooldownMs);
      changed('open');
    });
    made.on('close', () => changed('closed'));
    return made;
  }

  function cooledDown(): void {
    circuit.shutdown();
    circuit = createCircuit({ closed: false, halfOpen: true });
    changed('half_open');
  }

  function changed(state: BreakerState): void {
    era++;
    failedAt = [];
    try {
      onChange(state);
    } catch {
      // A listener of opossum that throws would turn a success into a failure.
    }
  }

  function canRun(): boolean {
    return !circuit.isShutdown && (circuit.closed || (circuit.halfOpen && circuit.pendingClose));
  }

  return {
    get state() {
      if (circuit.opened) return 'open';
      return circuit.halfOpen ? 'half_open' : 'closed';
    },
    canRun,
    async run<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
      if (!canRun()) throw openError();
      const startedIn = era;
      const result: { outcome: Outcome<T> | null } = { outcome: null };
      const belated = Promise.withResolvers<void>();
      const counted = circuit.fire(async () => {
        const outcome = await settle(work, limits.maxRunMs, clock);
        result.outcome = outcome;
        if (era !== startedIn) {
          // opossum would take this for a result of the present state, so it never hears of it.
          belated.resolve();
          return new Promise<never>(() => {});
        }
        if (outcome.kind === 'failed') {
          if (isServerFault(outcome.error)) throw outcome.error;
          // A probe that failed by our own fault says nothing of the server: wait once more.
          if (!isAnswer(outcome.error) && circuit.halfOpen) circuit.open();
        }
        return true;
      });
      await Promise.race([counted.catch(() => {}), belated.promise]);
      if (result.outcome === null) throw openError();
      if (result.outcome.kind === 'failed') throw result.outcome.error;
      return result.outcome.value;
    },
    shutdown() {
      cancelCooldown();
      circuit.shutdown();
    },
  };
}

function openError(): DeliveryError {
  return new DeliveryError('breaker_open', 'The circuit breaker is open');
}

/** The outcome of `work`, in any case and in time. */
async function settle<T>(
  work: (signal: AbortSignal) => Promise<T>,
  maxRunMs: number,
  clock: Clock,
): Promise<Outcome<T>> {
  const controller = new AbortController();
  const late = Promise.withResolvers<never>();
  const cancel = clock.setTimer(() => {
    const error = new DeliveryError('timeout', `The delivery was not over within ${maxRunMs} ms`);
    controller.abort(error);
    late.reject(error);
  }, maxRunMs);
  try {
    return { kind: 'done', value: await Promise.race([work(controller.signal), late.promise]) };
  } catch (error) {
    return { kind: 'failed', error };
  } finally {
    cancel();
  }
}
