import { AsyncLocalStorage } from 'node:async_hooks';
import { createAgent } from '../../src/agent.ts';
import type { AgentSurroundings } from '../../src/agent.ts';
import type { Agent } from '../../src/snapshot-agent.ts';
import { CapturePoints } from '../../src/capture/capture-point.ts';
import { resolveOptions } from '../../src/options.ts';
import type { AgentOptions } from '../../src/agent-options.ts';
import type { BreakpointStatusEvent, ControlConnection } from '../../src/protocol/agent-event.ts';
import { parseBreakpoint } from '../../src/protocol/breakpoint.ts';
import type { Breakpoint, Registration } from '../../src/protocol/breakpoint.ts';
import type { ControlMessage } from '../../src/protocol/control-message.ts';
import type { BreakerState } from '../../src/delivery/breaker.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import type { SourceAnswer } from '../../src/protocol/source.ts';
import type { LinkHooks } from '../../src/server-link.ts';
import { createCheckedScrubber } from '../../src/scrub/snapshot-scrubber.ts';

/** The agent with a link that answers when the test says so, and a clock for its rests that the test moves. */
export interface AgentOnALink {
  readonly agent: Agent;
  readonly points: CapturePoints;
  readonly submitted: Snapshot[];
  readonly reports: BreakpointStatusEvent[];
  readonly registrations: { readonly asked: Registration; answer(breakpoint: Breakpoint | null): void }[];
  readonly closedWithMs: number[];
  /** Whether what is sent about source arrives. */
  readonly source: { arrives: boolean };
  readonly sourceAnswers: { readonly requestId: string; readonly answer: SourceAnswer }[];
  /** How often the link was started. */
  readonly starts: () => number;
  /** What the host's storage held in each call of a timer or of the link. */
  readonly contexts: unknown[];
  apply(message: ControlMessage): void;
  state(
    breakpoints: readonly Breakpoint[],
    more?: { readonly killSwitch?: boolean; readonly epoch?: number },
  ): void;
  loseContact(): void;
  connection(connection: ControlConnection): void;
  /** What the breaker of the link does. */
  breaker(state: BreakerState): void;
  /** Lets every timer fire that is due by then. */
  pass(ms: number): void;
}

/** What a host keeps of its request. */
export const hostStorage: AsyncLocalStorage<string> = new AsyncLocalStorage();

export function known(label: string | null, more: Record<string, unknown> = {}): Breakpoint {
  const breakpoint = parseBreakpoint({
    id: `id-${label}`,
    label,
    file_path: 'a.ts',
    line_number: 1,
    ...more,
  });
  if (breakpoint === null) throw new Error('not a breakpoint');
  return breakpoint;
}

export function startAgent(
  options: AgentOptions = {},
  points: CapturePoints = new CapturePoints(),
  makeScrubber: AgentSurroundings['makeScrubber'] = (rules) => createCheckedScrubber(rules),
): AgentOnALink {
  const { resolved, problems } = resolveOptions(
    { apiKey: 'k', serviceName: 'shop', env: false, ...options },
    { env: {}, hostName: 'h', readPackageName: () => null },
  );
  let hooks: LinkHooks | null = null;
  let nowMs = 1_000_000;
  let timers: { readonly atMs: number; callback(): void }[] = [];
  let rev = 0;
  let passedMs = 0;
  let breaker: BreakerState = 'closed';
  let starts = 0;
  const started: Omit<AgentOnALink, 'agent'> = {
    points,
    submitted: [],
    reports: [],
    registrations: [],
    closedWithMs: [],
    source: { arrives: true },
    sourceAnswers: [],
    starts: () => starts,
    contexts: [],
    apply: (message) => hooks?.apply(message),
    state(breakpoints, { killSwitch = false, epoch = 1 } = {}) {
      hooks?.apply({ kind: 'state', state: { breakpoints, killSwitch, version: { epoch, rev: ++rev } } });
    },
    loseContact: () => hooks?.onContactLost(),
    connection: (connection) => hooks?.onConnection(connection),
    breaker(state) {
      breaker = state;
      hooks?.onBreaker(state);
    },
    pass(ms) {
      nowMs += ms;
      passedMs += ms;
      const due = timers.filter((timer) => timer.atMs <= nowMs);
      timers = timers.filter((timer) => timer.atMs > nowMs);
      for (const timer of due) timer.callback();
    },
  };
  const note = (): void => void started.contexts.push(hostStorage.getStore());
  const agent = createAgent(resolved, problems, points, {
    now: () => nowMs,
    monotonicNow: () => performance.now() + passedMs,
    later(callback, delayMs) {
      note();
      timers.push({ atMs: nowMs + delayMs, callback });
    },
    connect(_options, _identity, given) {
      note();
      hooks = given;
      return {
        start() {
          starts += 1;
        },
        submit(snapshot, label) {
          note();
          started.submitted.push(snapshot);
          given.onStored(1, [label]);
        },
        register(asked) {
          note();
          return new Promise((resolve) => started.registrations.push({ asked, answer: resolve }));
        },
        reportBreakpoint(event) {
          note();
          started.reports.push(event);
        },
        reportSoon() {},
        async answerSource(requestId, answer) {
          started.sourceAnswers.push({ requestId, answer });
          return started.source.arrives;
        },
        dropQueued() {},
        flush: async () => ({ unsent: 0 }),
        status: () => ({
          connection: 'open',
          breaker,
          queued: 0,
          unconfirmed: 0,
          accessDenied: false,
          lastError: null,
        }),
        async close(timeoutMs) {
          started.closedWithMs.push(timeoutMs);
        },
      };
    },
    makeScrubber,
    onMask() {},
  });
  return { agent, ...started };
}
