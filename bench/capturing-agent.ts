/**
 * An agent whose every call captures: the whole of it but for the network, under a clock that grants each capture its
 * token, and with points that are armed again at once. The one place where a bench goes behind the public surface.
 */
import { createAgent } from '../src/agent.ts';
import { CapturePoints } from '../src/capture/capture-point.ts';
import type { Variables } from '../src/index.ts';
import { resolveOptions } from '../src/options.ts';
import { parseBreakpoint } from '../src/protocol/breakpoint.ts';
import type { Snapshot } from '../src/protocol/snapshot.ts';
import { verify } from './harness.ts';
import { createCheckedScrubber } from '../src/scrub/snapshot-scrubber.ts';

/** An agent for benches. */
export interface CapturingAgent {
  /** As the exported `captureSnapshot`. A label captures from its first call on, and is ready once settled. */
  captureSnapshot(label: string, vars?: Variables): void;
  /** Resolves when everything that was captured so far has come to what would be sent. */
  settle(): Promise<void>;
  /** Captures since the start. */
  captured(): number;
  /** What came of the last capture of a label, scrubbed and cut. */
  lastOf(label: string): Snapshot;
  end(): Promise<void>;
}

/** Starts the agent with default limits. */
export function startCapturingAgent(): CapturingAgent {
  const { resolved, problems } = resolveOptions(
    { apiKey: 'bench', serviceName: 'bench', env: false, maxCapturesPerSecond: 100, logger: { warn() {} } },
    { env: {}, hostName: 'bench', readPackageName: () => null },
  );
  const last = new Map<string | null, Snapshot>();
  let timers: NodeJS.Timeout[] = [];
  let grantedMs = 0;

  const agent = createAgent(resolved, problems, new CapturePoints(), {
    now: () => Date.now() + (grantedMs += 1_000),
    monotonicNow: () => performance.now(),
    later(callback, delayMs) {
      // The timer is part of what a capture costs; what it would do in a second is done at once.
      timers.push(setTimeout(() => {}, delayMs).unref());
      callback();
    },
    connect: (_options, _identity, hooks) => ({
      start() {
        const state = { breakpoints: [], killSwitch: false, version: null };
        hooks.apply({ kind: 'state', state });
      },
      submit(snapshot, label) {
        last.set(snapshot.label, snapshot);
        hooks.onStored(1, [label]);
      },
      async register({ label }) {
        return parseBreakpoint({ id: `bench-${label}`, label, file_path: 'bench.ts', line_number: 1 });
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
    }),
    makeScrubber: (rules) => createCheckedScrubber(rules),
    onMask() {},
  });

  return {
    captureSnapshot: agent.captureSnapshot,
    async settle() {
      for (const timer of timers) clearTimeout(timer);
      timers = [];
      await agent.flush();
    },
    captured: () => agent.status().captured,
    lastOf(label) {
      const snapshot = last.get(label);
      verify(snapshot !== undefined, `"${label}" came to nothing`);
      return snapshot as Snapshot;
    },
    end: () => agent.shutdown(),
  };
}
