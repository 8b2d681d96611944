import type { EventStream } from '../http/event-stream.ts';
import type { ClientKind } from '../../src/protocol/client-view.ts';
import { visitInTurns } from './in-turns.ts';

/** A control stream and what its client understands. */
export interface Subscriber {
  readonly kind: ClientKind;
  /** Null for an old client that sends none. */
  readonly instanceId: string | null;
  readonly stream: EventStream;
}

/** What a subscriber is sent; null where there is nothing to say. The same Buffer for as many as possible. */
export type FrameFor = (subscriber: Subscriber) => Buffer | null;

/** Writes broadcasts one after the other, so that no subscriber sees a later one before an earlier one. */
export interface Broadcaster {
  /** Resolves when every subscriber has been written to. Starts at once when nothing is under way. */
  send(subscribers: readonly Subscriber[], frameFor: FrameFor): Promise<void>;
}

/** A queue of broadcasts; one for each set of subscribers whose order matters. */
export function createBroadcaster(): Broadcaster {
  let last: Promise<unknown> | null = null;

  return {
    async send(subscribers, frameFor) {
      const current = last === null ? write(subscribers, frameFor) : after(last, subscribers, frameFor);
      last = current;
      try {
        await current;
      } finally {
        if (last === current) last = null;
      }
    },
  };
}

async function after(
  previous: Promise<unknown>,
  subscribers: readonly Subscriber[],
  frameFor: FrameFor,
): Promise<void> {
  await Promise.allSettled([previous]);
  await write(subscribers, frameFor);
}

function write(subscribers: readonly Subscriber[], frameFor: FrameFor): Promise<void> {
  return visitInTurns(subscribers, (subscriber) => {
    const frame = frameFor(subscriber);
    if (frame !== null) subscriber.stream.send(frame);
  });
}
