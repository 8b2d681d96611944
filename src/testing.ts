/**
 * For your own tests: an agent that keeps its snapshots in memory instead of sending them, so that a test can look at
 * what would leave the process, scrubbed and cut as in production. No network, no environment.
 * @module
 */
import { setImmediate, setTimeout } from 'node:timers';
import { createAgent } from './agent.ts';
import type { SnapshotAgent } from './snapshot-agent.ts';
import { CapturePoints } from './capture/capture-point.ts';
import { resolveOptions } from './options.ts';
import type { ResolvedOptions } from './options.ts';
import type { AgentOptions } from './agent-options.ts';
import { parseBreakpoint } from './protocol/breakpoint.ts';
import type { Breakpoint, Registration } from './protocol/breakpoint.ts';
import type { Snapshot } from './protocol/snapshot.ts';
import type { LinkHooks, ServerLink } from './server-link.ts';
import { createCheckedScrubber } from './scrub/snapshot-scrubber.ts';

export type { Breakpoint } from './protocol/breakpoint.ts';
export type { Snapshot } from './protocol/snapshot.ts';

/** An agent without a server. */
export interface TestAgent {
  readonly agent: SnapshotAgent;
  /** Everything that would have been sent, oldest first. */
  readonly snapshots: readonly Snapshot[];
  /** Resolves when what was captured so far is in `snapshots`. */
  settle(): Promise<void>;
  /** Flips the kill switch, as from the dashboard. */
  setKillSwitch(enabled: boolean): void;
  /** Sets or changes the breakpoint of a label; what is left out has its default. */
  setBreakpoint(label: string, settings?: Partial<Omit<Breakpoint, 'label'>>): void;
}

/**
 * Makes an agent for a test. Every label registers at once and captures from its first call.
 * However busy the machine, what it shows is the same: nothing limits the time of a copy but a `maxCopyMs` that is given,
 * and nothing that of the scrubber.
 * @param options as for `init`; a key is not needed
 */
export function createTestAgent(options: Omit<AgentOptions, 'apiKey' | 'endpoint' | 'env'> = {}): TestAgent {
  const { resolved, problems } = resolveOptions(
    // Nothing of it is ever unsent, and a listener for each of many agents would make Node warn.
    { serviceName: 'test', exitFlushMs: 0, ...options, apiKey: 'test', env: false },
    { env: {}, hostName: 'test', readPackageName: () => null },
  );
  const { limits } = resolved;
  const unhurried: ResolvedOptions =
    options.maxCopyMs === undefined
      ? { ...resolved, limits: { ...limits, maxCopyMs: Number.POSITIVE_INFINITY } }
      : resolved;
  const snapshots: Snapshot[] = [];
  const breakpoints = new Map<string, Breakpoint>();
  let isKilled = false;
  let hooks: LinkHooks | null = null;

  function publish(): void {
    hooks?.apply({
      kind: 'state',
      state: { breakpoints: [...breakpoints.values()], killSwitch: isKilled, version: null },
    });
  }

  function setBreakpoint(label: string, settings: Partial<Omit<Breakpoint, 'label'>> = {}): void {
    const blank = parseBreakpoint({ id: `test-${label}`, label, service_name: resolved.serviceName });
    if (blank === null) return;
    breakpoints.set(label, { ...blank, ...breakpoints.get(label), ...settings, label });
    publish();
  }

  const link: ServerLink = {
    start: publish,
    submit(snapshot, label) {
      snapshots.push(snapshot);
      hooks?.onStored(1, [label]);
    },
    async register({ label, filePath, lineNumber, functionName }: Registration) {
      setBreakpoint(label, { filePath, lineNumber, functionName });
      return breakpoints.get(label) ?? null;
    },
    reportBreakpoint() {},
    reportSoon() {},
    answerSource: async () => true,
    dropQueued() {},
    flush: async () => ({ unsent: 0 }),
    status: () => ({
      connection: 'open',
      breaker: 'closed',
      queued: 0,
      unconfirmed: 0,
      accessDenied: false,
      lastError: null,
    }),
    close: async () => {},
  };

  const agent = createAgent(unhurried, problems, new CapturePoints(), {
    now: Date.now,
    // Taken now: what the program does to it later is not to reach a call.
    monotonicNow: performance.now.bind(performance),
    later: (callback, delayMs) => void setTimeout(callback, delayMs).unref(),
    connect(_options, _identity, given) {
      hooks = given;
      return link;
    },
    makeScrubber: (rules) => createCheckedScrubber(rules, { budgetMs: Number.POSITIVE_INFINITY }),
    onMask() {},
  });

  return {
    agent,
    snapshots,
    async settle() {
      // The first capture of a label waits for its registration, which takes turns of its own.
      do {
        await agent.flush();
        await new Promise((resolve) => setImmediate(resolve));
      } while (agent.status().held > 0);
      await agent.flush();
    },
    setKillSwitch(enabled) {
      isKilled = enabled;
      publish();
    },
    setBreakpoint,
  };
}
