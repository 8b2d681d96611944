import { compileBreakpoint } from './breakpoints/compiled-breakpoint.ts';
import type { CompiledBreakpoint } from './breakpoints/compiled-breakpoint.ts';
import { createRegistry } from './breakpoints/registry.ts';
import type { Registry, RegistryChange } from './breakpoints/registry.ts';
import type { Capture } from './capture/capture.ts';
import type { Problems } from './problems.ts';
import type { Breakpoint } from './protocol/breakpoint.ts';
import type { ControlMessage } from './protocol/control-message.ts';

/** Keeps the capture points in step with what the control server says. */
export interface BreakpointFollower {
  readonly registry: Registry;
  /** The breakpoint of a label, compiled once; undefined while the server has said nothing of it. */
  find(label: string): CompiledBreakpoint | undefined;
  /** What the server calls a label of this process: scrubbed, since it leaves the process. */
  wireLabelOf(label: string): string;
  /** Takes in a message and lets every label that it concerns follow. */
  apply(message: ControlMessage): void;
  /**
   * Makes a label known to the server.
   * @param ask resolves to its breakpoint, or to null when the server could not be told; a rejection is taken for that
   */
  register(label: string, ask: (wireLabel: string) => Promise<Breakpoint | null>): Promise<void>;
}

/** A follower that knows nothing yet. */
export function createBreakpointFollower(deps: {
  /** The gates that follow. Asked for late: they in turn ask the follower. */
  readonly capture: () => Pick<
    Capture,
    'follow' | 'disable' | 'retryRegistration' | 'resumeContact' | 'forgetRegistrations'
  >;
  readonly problems: Problems;
  /** Of this agent. */
  readonly environment: string | null;
  /** A label as the server knows it: scrubbed, since it leaves the process. */
  readonly scrubLabel: (label: string) => string;
  /** Every breakpoint of a state, before any label follows it. */
  readonly onReceived: (breakpointId: string) => void;
  /** The breakpoints that stand at a line, each of them the same object until it changes. */
  readonly onLines: (compiled: readonly CompiledBreakpoint[]) => void;
}): BreakpointFollower {
  const registry = createRegistry(deps.environment);
  const compiled = new Map<string, CompiledBreakpoint>();
  /** What was said of breakpoints that cannot work here, by their id. */
  const complaints = new Map<string, string>();
  /** Both ways between a label of this process and what the server calls it; no more than there are labels. */
  const wireLabels = new Map<string, string>();
  const labelsByWire = new Map<string, string[]>();
  /** Met before the server said anything; the scrubber, which names them on the wire, may still be loading. */
  const unnamed = new Set<string>();

  function wireLabelOf(label: string): string {
    const known = wireLabels.get(label);
    if (known !== undefined) return known;
    const wireLabel = deps.scrubLabel(label);
    wireLabels.set(label, wireLabel);
    labelsByWire.set(wireLabel, [...(labelsByWire.get(wireLabel) ?? []), label]);
    return wireLabel;
  }

  function find(label: string): CompiledBreakpoint | undefined {
    if (!registry.isKnown) {
      unnamed.add(label);
      return undefined;
    }
    const breakpoint = registry.findByLabel(wireLabelOf(label));
    if (breakpoint === undefined) return undefined;
    return compile(breakpoint, label);
  }

  /** Compiled once for each change. */
  function compile(breakpoint: Breakpoint, place: string): CompiledBreakpoint {
    const known = compiled.get(breakpoint.id);
    if (known?.breakpoint === breakpoint) return known;
    const made = compileBreakpoint(breakpoint);
    forget(breakpoint.id);
    compiled.set(breakpoint.id, made);
    if (made.problem !== null) {
      const message = `The breakpoint for "${place}" cannot work here: ${made.problem}.`;
      complaints.set(breakpoint.id, message);
      // Somebody else's mistake, made far away: nothing that this process should print unasked.
      deps.problems.noteRemote({ code: 'STILLFRAME_BAD_CONDITION', message });
    }
    return made;
  }

  /** A mistake that was mended or deleted must not hide those that come after it. */
  function forget(id: string): void {
    compiled.delete(id);
    const complaint = complaints.get(id);
    if (complaint === undefined) return;
    complaints.delete(id);
    deps.problems.withdraw('STILLFRAME_BAD_CONDITION', complaint);
  }

  function follow(change: RegistryChange): void {
    if (!registry.isKnown) return;
    for (const label of unnamed) wireLabelOf(label);
    unnamed.clear();
    for (const wireLabel of change.labels) {
      for (const label of labelsByWire.get(wireLabel) ?? []) deps.capture().follow(label, find(label));
    }
    deps.capture().resumeContact();
  }

  function followLines(): void {
    if (!registry.isKnown) return;
    const lines = registry.lineBreakpoints();
    deps.onLines(lines.map((line) => compile(line, `${line.filePath}:${line.lineNumber}`)));
  }

  async function askSafely(
    label: string,
    ask: (wireLabel: string) => Promise<Breakpoint | null>,
  ): Promise<Breakpoint | null> {
    try {
      return await ask(wireLabelOf(label));
    } catch {
      return null;
    }
  }

  return {
    registry,
    find,
    wireLabelOf,
    apply(message) {
      const change = registry.apply(message);
      if (change.isNewEpoch) deps.capture().forgetRegistrations();
      for (const id of registry.breakpoints.keys()) deps.onReceived(id);
      follow(change);
      for (const id of compiled.keys()) if (!registry.breakpoints.has(id)) forget(id);
      followLines();
    },
    async register(label, ask) {
      const epoch = registry.version?.epoch;
      const breakpoint = await askSafely(label, ask);
      // The answer of a database that is no more; the label is already being met again.
      if (epoch !== undefined && registry.version?.epoch !== epoch) return;
      if (breakpoint === null) {
        deps.capture().retryRegistration(label);
        return;
      }
      const wireLabel = wireLabelOf(label);
      const change = registry.addRegistered({ ...breakpoint, label: wireLabel });
      if (registry.findByLabel(wireLabel) === undefined) deps.capture().disable(label);
      else follow(change);
    },
  };
}
