import { encodeAgentEvent } from '../protocol/agent-event.ts';
import type { AgentEvent, BreakerTrippedEvent } from '../protocol/agent-event.ts';
import { parseControlState } from '../protocol/control-message.ts';
import type { ControlState } from '../protocol/control-message.ts';
import { activePath } from '../protocol/routes.ts';
import type { Access } from './access.ts';
import { DeliveryError, isAccessDenied, toDeliveryError } from './delivery-error.ts';
import type { Transport } from './transport.ts';

/** What the agent says of itself, and the state that comes back. */
export interface Reports {
  /**
   * Sends the events, once, together with a breaker event that is still due. The state in the answer, or null when there
   * was none. Never rejects.
   */
  report(events: readonly AgentEvent[]): Promise<ControlState | null>;
  /** Asks for the state alone. Rejects with a {@link DeliveryError}. */
  fetchState(): Promise<ControlState>;
  /** Remembers that the breaker opened; the latest such event is sent as soon as the server can be reached. */
  breakerTripped(event: BreakerTrippedEvent): void;
  /** Sends a breaker event that is still due. */
  breakerClosed(): void;
}

/** Reports go around the breaker: it guards uploads, and its own state is part of what is reported. */
export function createReports(deps: {
  readonly transport: Transport;
  readonly access: Access;
  readonly serviceName: string;
  readonly closing: AbortSignal;
  onState(state: ControlState): void;
  onError(error: DeliveryError): void;
}): Reports {
  const { transport, access, closing } = deps;
  const path = activePath(deps.serviceName);
  let due: BreakerTrippedEvent | null = null;

  async function exchange(events: readonly AgentEvent[]): Promise<ControlState> {
    const answer = await transport.request({
      path,
      signal: closing,
      ...(events.length === 0
        ? { method: 'GET' }
        : {
            method: 'POST',
            contentType: 'application/json',
            body: Buffer.from(JSON.stringify({ events: events.map(encodeAgentEvent) })),
          }),
    });
    const state = parseControlState(answer.body);
    if (state === null) throw new DeliveryError('bad_answer', 'The answer is not a control state');
    return state;
  }

  async function report(events: readonly AgentEvent[]): Promise<ControlState | null> {
    if (access.isDenied('report') || closing.aborted) return null;
    const tripped = due;
    // Of two reports under way only one brings it.
    due = null;
    try {
      const state = await exchange(tripped === null ? events : [tripped, ...events]);
      access.grant('report');
      deps.onState(state);
      return state;
    } catch (caught) {
      const error = toDeliveryError(caught);
      due ??= tripped;
      if (isAccessDenied(error)) access.deny('report', error.message);
      if (!closing.aborted) deps.onError(error);
      return null;
    }
  }

  return {
    report,
    fetchState: () => exchange([]),
    breakerTripped(event) {
      due = event;
    },
    breakerClosed() {
      if (due !== null) void report([]);
    },
  };
}
