import { cutText } from '../copy/cut-text.ts';
import { LABEL_MARGIN } from '../copy/margin.ts';
import type { DropReason } from '../protocol/drop-reason.ts';
import { MAX_LABEL_LENGTH, MAX_LABELS_PER_PROCESS } from '../protocol/limits.ts';
import type { FrameBoundary } from './call-site.ts';

/** The variables of a snapshot: an object of values, or a function that is called only when a capture will happen. */
export type Variables = Readonly<Record<string, unknown>> | (() => Readonly<Record<string, unknown>>);

/** Why a point takes nothing at the moment. */
export type IdleReason = Extract<DropReason, 'rate' | 'disabled' | 'expired' | 'limit' | 'unregistered'>;

/** A handle for the hottest places: `if (point.armed) point.capture({ … })`. */
export interface CaptureHandle {
  /** The label that the handle was made for. */
  readonly label: string;
  /** True while a capture would be taken: one field read, so that a guard costs next to nothing. */
  readonly armed: boolean;
  /** Like `captureSnapshot(label, vars)`. Never throws; may be called without its handle. */
  readonly capture: (vars?: Variables) => void;
}

/** What stands behind all points of one agent. */
export interface PointOwner {
  /** An armed point was called. Never throws. */
  hit(point: CapturePoint, vars: Variables | undefined, boundary: FrameBoundary): void;
  /** So many calls came while the point of a label was idle. */
  suppressed(reason: IdleReason, label: string, calls: number): void;
}

/**
 * One label of this process. The hot path reads `armed` and, when it is false, counts the call in `suppressed`; all
 * else happens at most once a second.
 */
export class CapturePoint implements CaptureHandle {
  readonly label: string;
  /** What was cut off a label that is too long, as much as the scrubber needs to see whether the cut went through a secret. */
  readonly cutOff: string;
  /** Folded together: the agent runs, the breakpoint allows it, and the label has rested. */
  armed: boolean = false;
  /** Calls that came while the point was not armed, all for the reason in `idleReason`. */
  suppressed: number = 0;
  #owner: PointOwner | null = null;
  #isOpen: boolean = false;
  #idleReason: IdleReason | null = null;

  /** A function of its own, so that it works without its point too: `const { capture } = capturePoint('checkout')`. */
  readonly capture: (vars?: Variables) => void = (vars) => {
    if (this.armed) this.#owner?.hit(this, vars, this.capture);
    else if (this.#isOpen) this.suppressed++;
  };

  constructor(label: string, cutOff: string = '') {
    this.label = label;
    this.cutOff = cutOff;
  }

  /** Puts the point under an agent, as one that was never called. What the last one counted goes to its own books. */
  attach(owner: PointOwner): void {
    this.settle();
    this.#owner = owner;
    this.#idleReason = null;
    this.armed = this.#isOpen;
  }

  /** Says whether the gate in front of all points is open; behind a closed one no call is counted. */
  setOpen(isOpen: boolean): void {
    this.#isOpen = isOpen;
    this.armed = isOpen && this.#idleReason === null;
  }

  /** Lets the next call capture. From an agent that has the point no longer: nothing. */
  arm(owner: PointOwner): void {
    if (owner !== this.#owner) return;
    this.settle();
    this.#idleReason = null;
    this.armed = this.#isOpen;
  }

  /** Lets no call capture, for this reason. From an agent that has the point no longer: nothing. */
  rest(owner: PointOwner, reason: IdleReason): void {
    if (owner !== this.#owner) return;
    this.settle();
    this.#idleReason = reason;
    this.armed = false;
  }

  /** Null while the point is armed, or would be if the gate were open. */
  get idleReason(): IdleReason | null {
    return this.#idleReason;
  }

  /** Hands the calls counted so far to the books, under the reason that held while they came. */
  settle(): void {
    if (this.suppressed === 0) return;
    const calls = this.suppressed;
    this.suppressed = 0;
    this.#owner?.suppressed(this.#idleReason ?? 'rate', this.label, calls);
  }
}

/** Every label of this process. It outlives agents, so that a handle made before `init` works after it. */
export class CapturePoints {
  /** Its `get`, which the hot path calls, is its own: one that a program patched on Map.prototype is not reached. */
  readonly byLabel: Map<string, CapturePoint> = Object.defineProperty(
    new Map<string, CapturePoint>(),
    'get',
    {
      value: Map.prototype.get,
    },
  );
  #owner: PointOwner | null = null;
  #isOpen: boolean = false;

  /**
   * The point of a label, made when there is none; null for what is no label, and for one label too many. What is beyond
   * 256 characters of a label does not count.
   */
  obtain(label: unknown): CapturePoint | null {
    if (typeof label !== 'string' || label === '') return null;
    // A slice would hold the whole of a label that is built at run time for as long as the process lives.
    const name = cutText(label, MAX_LABEL_LENGTH);
    const known = this.byLabel.get(name);
    if (known !== undefined) return known;
    if (this.byLabel.size >= MAX_LABELS_PER_PROCESS) return null;
    const point = new CapturePoint(name, cutText(label.slice(name.length), LABEL_MARGIN));
    if (this.#owner !== null) point.attach(this.#owner);
    point.setOpen(this.#isOpen);
    this.byLabel.set(name, point);
    return point;
  }

  /** Puts every point under an agent. */
  attach(owner: PointOwner): void {
    this.#owner = owner;
    for (const point of this.byLabel.values()) point.attach(owner);
  }

  /** Opens or closes the gate of every point. */
  setOpen(isOpen: boolean): void {
    this.#isOpen = isOpen;
    for (const point of this.byLabel.values()) point.setOpen(isOpen);
  }

  /** Brings the books up to date. */
  settle(): void {
    for (const point of this.byLabel.values()) point.settle();
  }
}

/** The handle of a label; for what is no label, and for one label too many, a handle that is never armed. */
export function obtainHandle(points: CapturePoints, label: unknown): CaptureHandle {
  return points.obtain(label) ?? new CapturePoint(typeof label === 'string' ? label : '');
}
