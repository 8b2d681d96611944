import type { BreakpointPatch, BreakpointResource, NewBreakpoint } from '../../src/protocol/api.ts';
import type { Registration } from '../../src/protocol/breakpoint.ts';
import type { ControlChange, ServiceRef } from './service-store.ts';

/** The breakpoints of a store. */
export interface BreakpointStore {
  listBreakpoints(filter: Partial<ServiceRef>): Promise<BreakpointResource[]>;
  readBreakpoint(id: string): Promise<BreakpointResource | null>;
  /**
   * A label that an agent met: the known breakpoint, with its call site filled in when it had none, or a new one.
   * Rejects with `too_many_breakpoints`.
   * @param enabledWhenNew default true
   */
  registerLabel(
    environment: string,
    registration: Registration,
    nowIso: string,
    enabledWhenNew?: boolean,
  ): Promise<{
    readonly created: boolean;
    readonly breakpoint: BreakpointResource;
    readonly change: ControlChange | null;
  }>;
  /** Rejects with `breakpoint_exists`, `too_many_breakpoints` or `bad_value`. */
  createBreakpoint(
    breakpoint: NewBreakpoint & { readonly environment: string },
    nowIso: string,
  ): Promise<ControlChange>;
  /**
   * Null when there is none; rejects with `version_mismatch` or `bad_value`. Enabling a breakpoint that has reached its
   * `maxCaptures` starts its count anew, since it would be disabled again by the next hit.
   */
  patchBreakpoint(
    id: string,
    patch: BreakpointPatch,
    expectedVersion: number | null,
    nowIso: string,
  ): Promise<ControlChange | null>;
  /** Its snapshots stay until retention takes them. Null when there is none; rejects with `version_mismatch`. */
  deleteBreakpoint(id: string, expectedVersion: number | null, nowIso: string): Promise<ControlChange | null>;
  /** Disables what has expired, and says so: to be called each second. */
  expireBreakpoints(nowIso: string): Promise<ControlChange[]>;
}
