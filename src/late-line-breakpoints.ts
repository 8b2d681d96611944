import { setImmediate } from 'node:timers';
import type { CompiledBreakpoint } from './breakpoints/compiled-breakpoint.ts';
import { captureStack } from './capture/call-site.ts';
import { isOwnCode } from './capture/own-code.ts';
import { createScriptSourceMaps } from './capture/script-source-maps.ts';
import { createTurnBudget } from './capture/turn-budget.ts';
import { readMajorPageFaults, readThreadCpuMs } from './copy/node-intrinsics.ts';
import type { LineBreakpointDependencies, LineBreakpoints } from './inspector/line-breakpoints.ts';
import { inOwnContext } from './own-context.ts';
import type { BreakpointStatusEvent } from './protocol/agent-event.ts';

/** What the line breakpoints of one agent share with its labels. */
export type SharedWithLabels = Pick<
  LineBreakpointDependencies,
  | 'rateLimitMs'
  | 'share'
  | 'rateLimiter'
  | 'plan'
  | 'take'
  | 'now'
  | 'monotonicNow'
  | 'later'
  | 'count'
  | 'submit'
  | 'onTaken'
  | 'report'
>;

/** Milliseconds of one turn that parsing a script may take. */
const MAX_TURN_MS = 2;

/**
 * Line breakpoints whose code is loaded, in later turns, when the first one is set: an agent without one pays nothing for
 * them, neither a parser nor a debugger.
 * @param isAllowed false: every one is answered with `line_breakpoints_off`
 * @param ready resolves before anything is reported or captured
 */
export function createLateLineBreakpoints(
  isAllowed: boolean,
  shared: SharedWithLabels,
  ready: () => Promise<void>,
): LineBreakpoints {
  let room: LineBreakpoints | null = null;
  let followed: readonly CompiledBreakpoint[] = [];
  let refused: ReadonlySet<string> = new Set();
  let stage: 'unloaded' | 'loading' | 'failed' | 'closed' = 'unloaded';
  let isOpen = false;
  let isOutOfContact = false;

  /** Each once: the answer to a report brings the state again. */
  function refuse(reason: string): void {
    const before = refused;
    refused = new Set(followed.map(({ breakpoint }) => breakpoint.id));
    for (const id of refused) if (!before.has(id)) shared.report(toError(id, reason));
  }

  async function load(): Promise<void> {
    try {
      await ready();
      const [{ createLineBreakpoints }, { applicationRoots }] = await Promise.all([
        import('./inspector/create-line-breakpoints.ts'),
        import('./inspector/application-roots.ts'),
      ]);
      if (stage === 'closed') return;
      const budget = createTurnBudget(MAX_TURN_MS, shared.monotonicNow);
      room = createLineBreakpoints({
        ...shared,
        roots: applicationRoots(process.cwd(), process.argv[1]),
        isOwnCode,
        captureStack,
        threadCpuMs: readThreadCpuMs,
        majorPageFaults: readMajorPageFaults,
        sourceMaps: createScriptSourceMaps(budget, performance.timeOrigin),
        startedAtMs: performance.timeOrigin,
        soon: (callback) => inOwnContext(() => void setImmediate(callback)),
        breathe: () => (budget.isSpent() ? budget.nextTurn() : Promise.resolve()),
      });
    } catch {
      stage = 'failed';
      refuse(UNAVAILABLE);
      return;
    }
    room.setOpen(isOpen);
    if (isOutOfContact) room.expireAll();
    room.follow(followed);
  }

  return {
    follow(compiled) {
      followed = compiled;
      if (!isAllowed) refuse(OFF);
      else if (room !== null) room.follow(compiled);
      else if (stage === 'failed') refuse(UNAVAILABLE);
      else if (stage === 'unloaded' && compiled.length > 0) {
        stage = 'loading';
        inOwnContext(() => void setImmediate(() => void load()));
      }
    },
    setOpen(open) {
      isOpen = open;
      room?.setOpen(open);
    },
    expireAll() {
      isOutOfContact = true;
      room?.expireAll();
    },
    resumeContact() {
      isOutOfContact = false;
      room?.resumeContact();
    },
    close() {
      stage = 'closed';
      room?.close();
    },
  };
}

const OFF = 'line_breakpoints_off: This process was started with "lineBreakpoints" off. Use captureSnapshot.';

const UNAVAILABLE =
  'inspector_unavailable: This Node has no inspector, or it could not be loaded. Use captureSnapshot.';

function toError(breakpointId: string, reason: string): BreakpointStatusEvent {
  return { type: 'breakpoint_status', breakpointId, state: 'error', reason };
}
