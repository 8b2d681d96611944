import { randomBytes } from 'node:crypto';
import { Script } from 'node:vm';

/** Called by a condition of ours, in the frame that V8 looks at. Never throws. */
export type OnHit = (spotId: number, values: Readonly<Record<string, unknown>>) => void;

/**
 * The way from a breakpoint's condition to us. A condition sees what its frame sees, so the function has to have a name in
 * the global scope: a `let` of a script of our own, which no reflection shows (it is no property of `globalThis`), under a
 * name of 128 random bits. It holds the function only while a breakpoint is installed.
 */
export interface HitGateway {
  /** An identifier that no program has. */
  readonly name: string;
  open(): void;
  close(): void;
}

/** A gateway that is closed. A declaration of a script cannot be taken back, so there is one for each thread's agent. */
export function createHitGateway(onHit: OnHit): HitGateway {
  const name = `stillframe_${randomBytes(16).toString('hex')}`;
  // A script and not an eval: it works where making code from text is forbidden.
  const declare = new Script(`let ${name} = null; (hit) => { ${name} = hit; }`, { filename: OWN_SCRIPT });
  const assign = declare.runInThisContext() as (hit: OnHit | null) => void;
  return {
    name,
    open: () => assign(onHit),
    close: () => assign(null),
  };
}

/** What V8 calls the script of the declaration. */
export const OWN_SCRIPT = 'stillframe:line-breakpoints';
