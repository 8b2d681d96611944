import { describe, expect, it } from 'vitest';
import { createStatusReporter } from '../../src/delivery/status-reporter.ts';
import type { StatusReporter } from '../../src/delivery/status-reporter.ts';
import type { AgentEvent, AgentStatusEvent } from '../../src/protocol/agent-event.ts';

const STATUS: AgentStatusEvent = {
  type: 'agent_status',
  capture: 'running',
  control: 'open',
  breaker: 'closed',
  agentVersion: '0.0.0',
  runtime: 'node 24',
  host: 'host',
  pid: 1,
  environment: null,
  release: null,
  commit: null,
  startedAt: '2026-11-21T12:00:00.000Z',
  captured: 0,
  stored: 0,
  spooled: 0,
  queued: 0,
  unconfirmed: 0,
  dropped: {},
  labels: [],
  lastError: null,
};

/** A reporter whose one timer is run by hand. */
class Desk {
  readonly sent: string[][] = [];
  readonly delays: number[] = [];
  arrives = true;
  arrival: Promise<void> = Promise.resolve();
  collect: () => AgentStatusEvent = () => STATUS;
  #due: (() => void) | null = null;
  readonly reporter: StatusReporter = createStatusReporter({
    intervalMs: 15_000,
    collect: () => this.collect(),
    send: async (events: readonly AgentEvent[]) => {
      this.sent.push(
        events.map((event) =>
          event.type === 'breakpoint_status' ? `${event.breakpointId} ${event.state}` : event.type,
        ),
      );
      await this.arrival;
      return this.arrives;
    },
    setTimer: (callback, delayMs) => {
      this.delays.push(delayMs);
      this.#due = callback;
      return () => {
        if (this.#due === callback) this.#due = null;
      };
    },
  });

  /** Lets the timer ring, and what follows happen. */
  async ring(): Promise<void> {
    const callback = this.#due;
    this.#due = null;
    callback?.();
    await new Promise((resolve) => setImmediate(resolve));
  }

  get isWaiting(): boolean {
    return this.#due !== null;
  }
}

const installed = { type: 'breakpoint_status', breakpointId: 'a', state: 'installed', reason: null } as const;
const emitting = { ...installed, state: 'emitting' } as const;

describe('status reporter', () => {
  it('says 500 words on breakpoints in one report, and the rest soon after it', async () => {
    const desk = new Desk();
    desk.reporter.start();
    for (let id = 0; id < 501; id++) {
      desk.reporter.reportBreakpoint({ ...installed, breakpointId: `${id}` });
    }
    desk.arrives = false;
    await desk.ring();
    desk.arrives = true;
    await desk.ring();
    await desk.ring();
    expect(desk.sent.map((events) => events.length)).toEqual([501, 501, 2]);
    expect(desk.sent[2]).toEqual(['agent_status', '500 installed']);
    expect(desk.delays.slice(-3)).toEqual([15_000, 250, 15_000]);
  });

  it('reports soon after the start, then every interval', async () => {
    const desk = new Desk();
    desk.reporter.start();
    await desk.ring();
    await desk.ring();
    expect(desk.delays).toEqual([250, 15_000, 15_000]);
    expect(desk.sent).toEqual([['agent_status'], ['agent_status']]);
  });

  it('gathers changes into one report, the latest word on a breakpoint', async () => {
    const desk = new Desk();
    desk.reporter.start();
    await desk.ring();
    desk.reporter.reportBreakpoint(installed);
    desk.reporter.reportBreakpoint(emitting);
    desk.reporter.reportSoon();
    await desk.ring();
    expect(desk.sent.at(-1)).toEqual(['agent_status', 'a emitting']);
    expect(desk.delays).toEqual([250, 15_000, 250, 15_000]);
  });

  it('says again what did not arrive, unless there is newer word', async () => {
    const desk = new Desk();
    desk.reporter.start();
    desk.reporter.reportBreakpoint(installed);
    desk.arrives = false;
    await desk.ring();
    desk.arrives = true;
    await desk.ring();
    expect(desk.sent.at(-1)).toEqual(['agent_status', 'a installed']);
    await desk.ring();
    expect(desk.sent.at(-1)).toEqual(['agent_status']);
  });

  it('goes on after a status that could not be collected', async () => {
    const desk = new Desk();
    desk.collect = () => {
      throw new Error('mine');
    };
    desk.reporter.start();
    await desk.ring();
    desk.collect = () => STATUS;
    await desk.ring();
    expect(desk.sent).toEqual([['agent_status']]);
  });

  it('says nothing before the start and nothing after the end', async () => {
    const desk = new Desk();
    desk.reporter.reportBreakpoint(installed);
    expect(desk.isWaiting).toBe(false);
    desk.reporter.start();
    desk.reporter.close();
    await desk.ring();
    desk.reporter.reportSoon();
    expect(desk.isWaiting).toBe(false);
    expect(desk.sent).toEqual([]);
  });

  it('says its last word after the end, once what was being said has arrived, and then nothing more', async () => {
    const desk = new Desk();
    const arrival = Promise.withResolvers<void>();
    desk.arrival = arrival.promise;
    desk.reporter.start();
    await desk.ring();
    desk.collect = () => ({ ...STATUS, capture: 'off', control: 'closed' });
    desk.reporter.close();
    const said = desk.reporter.sayLastWord();
    await desk.ring();
    expect(desk.sent).toEqual([['agent_status']]);
    arrival.resolve();
    await said;
    expect(desk.sent).toEqual([['agent_status'], ['agent_status']]);
    desk.reporter.reportSoon();
    expect(desk.isWaiting).toBe(false);
  });
});
