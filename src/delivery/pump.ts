import type { DropReason } from '../protocol/drop-reason.ts';
import type { Clock } from './clock.ts';
import { DeliveryError } from './delivery-error.ts';
import type { Queue, QueuedLine, QueueLimits } from './queue.ts';
import type { Abandonment } from './upload.ts';

/** Takes batches out of the queue, one at a time. */
export interface Pump {
  /** Something changed: a line came, or sending became possible. Cheap when there is nothing to do. */
  wake(): void;
  /** Sends without waiting for company until the result is called. */
  hurry(): () => void;
  /** Resolves as soon as nothing is being sent and nothing can be. */
  settled(): Promise<void>;
  /**
   * The batch under way makes no further try and is lost under `reason`, unless the present try succeeds.
   * @param isNow true gives up the present try as well
   */
  abandon(reason: DropReason, isNow?: boolean): void;
}

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'lingering'; readonly cancel: () => void }
  | { readonly kind: 'sending'; abandon(reason: DropReason, isNow: boolean): void };

const IDLE: State = { kind: 'idle' };

/**
 * A full batch leaves at once; a smaller one waits `lingerMs` for company after its first line came. With a `lingerMs` of
 * null nothing leaves but in a hurry.
 * @param deps.upload settles every line that it is given and never rejects
 */
export function createPump(deps: {
  readonly queue: Queue;
  readonly batch: QueueLimits;
  readonly lingerMs: number | null;
  readonly clock: Clock;
  canSend(): boolean;
  upload(lines: readonly QueuedLine[], abandonment: Abandonment): Promise<void>;
}): Pump {
  const { queue, batch, lingerMs, clock } = deps;
  let state: State = IDLE;
  let hurrying = 0;
  let waiting: (() => void)[] = [];

  function hasWork(): boolean {
    return queue.size > 0 && deps.canSend() && (lingerMs !== null || hurrying > 0);
  }

  function wake(): void {
    if (state.kind === 'sending') return;
    if (!hasWork()) {
      if (state.kind === 'lingering') state.cancel();
      state = IDLE;
      releaseWaiting();
      return;
    }
    if (hurrying > 0 || queue.size >= batch.maxItems || queue.bytes >= batch.maxBytes) {
      if (state.kind === 'lingering') state.cancel();
      send();
      return;
    }
    if (state.kind === 'idle') state = { kind: 'lingering', cancel: clock.setTimer(lingered, lingerMs ?? 0) };
  }

  function lingered(): void {
    state = IDLE;
    if (hasWork()) send();
    else wake();
  }

  function send(): void {
    const noFurtherTry = new AbortController();
    const noTry = new AbortController();
    let abandonedFor: DropReason = 'send';
    state = {
      kind: 'sending',
      abandon(reason, isNow) {
        abandonedFor = reason;
        const error = new DeliveryError('aborted', `Abandoned: ${reason}`);
        noFurtherTry.abort(error);
        if (isNow) noTry.abort(error);
      },
    };
    const abandonment = { signal: noFurtherTry.signal, now: noTry.signal, reason: () => abandonedFor };
    void finish(deps.upload(queue.take(batch), abandonment));
  }

  async function finish(upload: Promise<void>): Promise<void> {
    await Promise.allSettled([upload]);
    state = IDLE;
    wake();
  }

  function releaseWaiting(): void {
    const released = waiting;
    waiting = [];
    for (const resolve of released) resolve();
  }

  return {
    wake,
    hurry() {
      hurrying++;
      wake();
      let over = false;
      return () => {
        if (over) return;
        over = true;
        hurrying--;
      };
    },
    settled() {
      if (state.kind !== 'sending' && !hasWork()) return Promise.resolve();
      return new Promise((resolve) => {
        waiting.push(resolve);
      });
    },
    abandon(reason, isNow = false) {
      if (state.kind === 'sending') state.abandon(reason, isNow);
    },
  };
}
