import type { EventStream } from '../http/event-stream.ts';
import type { ClientKind } from '../../src/protocol/client-view.ts';
import { visitInTurns } from './in-turns.ts';

/** A control stream and what its client understands. */
export interface Subscriber {
  readonly kind: ClientKind;
  readonly stream: EventStream;
}

/** A frame for each kind of client; null where there is nothing to say. */
export type FrameFor = (kind: ClientKind) => Buffer | null;

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
  const frames = new Map<ClientKind, Buffer | null>();
  return visitInTurns(subscribers, ({ kind, stream }) => {
    let frame = frames.get(kind);
    if (frame === undefined) frames.set(kind, (frame = frameFor(kind)));
    if (frame !== null) stream.send(frame);
  });
}
