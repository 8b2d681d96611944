import type { PatternAttack } from './pattern-attacks.ts';
import type { MachineRun, PatternMachine } from './pattern-machine.ts';

/**
 * Why an expression is proven by counting its steps and not by a library: of those that decide it by analysis
 * (safe-regex2, recheck, redos-detector, scslre; on 36 super-linear and 68 linear expressions) none is right about all of
 * them, the precise ones need seconds or give up where a quantifier is bounded, and each would be a dependency of every
 * service. And why not by its time: a host that is busy would refuse what another one accepts, or let pass what is slow.
 */

/** How an expression failed its proof. */
export interface ProofFailure {
  readonly attack: PatternAttack;
  /** Characters of the text on which it showed. */
  readonly size: number;
  /**
   * Its steps grow faster than the text; there are too many of them to see how they grow; or it and those before it
   * needed more than all may need.
   */
  readonly reason: 'super_linear' | 'slow' | 'used_up';
}

/** Characters of an attack between its prefix and its suffix, and at least so many pumps: exponential work shows. */
const GLANCE_PUMPS = 16;
const GLANCE_SIZE = 128;
/** What most need. Were the work quadratic all the same, it would be 512 for each of 8,192 characters. */
const GLANCE_STEPS_PER_CHARACTER = 8;
/** Steps for each character of the prefix and the suffix, which are long in some attacks. */
const GLANCE_STEPS_AROUND = 4;
/** What needs more is run on these, and on longer ones for a pump of more than 16 characters. */
const FIRST_SIZES = [64, 128, 256] as const;
const LONG_PUMP = 16;
/** A longer pump is a text of its own: there is not room for more of it. */
const SINGLE_PUMP = 512;
/** Begins beyond the bounds that people give to quantifiers, which look quadratic up to there. */
const LAST_SIZES = [384, 640, 1_024, 2_048] as const;
/** The texts of a pattern are four times as long as the longest of these. */
const MAX_LENGTHENING = 4;
/**
 * How many times as much each further character may cost as each of those before. In linear work they cost the same but
 * for how a text happens to end; in quadratic work twice as much, or 1.6 times from 640 to 1,024.
 */
const MAX_GROWTH = 1.3;
/** On the first sizes, where it does not grow. Were it quadratic all the same, it would be 1,200 of 8,192 characters. */
const CHEAP_STEPS_PER_CHARACTER = 64;
/** Up to so many times as many steps, an attack with a pump of the same kind is the same work once more. */
const SAME_WORK = 1.1;
/** Sixteen times as many as `/[a-z]{1,64}@/` needs, which goes back 64 times for each character. */
const MAX_STEPS_PER_CHARACTER = 2_048;
/** For one expression: half a second. What needs more has many ways to be slow. */
const MAX_STEPS = 20_000_000;
/** For all expressions of a user: two seconds, for which the start of a program waits at most. */
const MAX_STEPS_IN_ALL = 80_000_000;

/** Proves the expressions of one user, which have a number of steps in common. */
export class PatternProver {
  #stepsLeft: number;

  constructor(maxSteps: number = MAX_STEPS_IN_ALL) {
    this.#stepsLeft = maxSteps;
  }

  /**
   * Runs an expression over attacks of growing length and compares how its steps grow. Null when it is linear, with at
   * most 2,048 steps for each character.
   */
  findSuperLinear(attacks: readonly PatternAttack[], machine: PatternMachine): ProofFailure | null {
    const proof = new Proof(machine, Math.min(MAX_STEPS, this.#stepsLeft));
    let failure: ProofFailure | null = null;
    for (const attack of attacks) {
      failure = proof.tryAttack(attack);
      if (failure !== null) break;
    }
    this.#stepsLeft -= proof.steps;
    return failure !== null && this.#stepsLeft <= 0 ? { ...failure, reason: 'used_up' } : failure;
  }
}

type Growth =
  | { readonly kind: 'linear'; readonly stepsPerCharacter: number; readonly steps: number }
  | { readonly kind: 'super_linear' | 'slow'; readonly size: number; readonly steps: number };

class Proof {
  readonly #machine: PatternMachine;
  /** Most steps on the first sizes that turned out to be linear, for each kind of pump. */
  readonly #proven = new Map<string, number>();
  readonly #maxSteps: number;
  #steps = 0;

  constructor(machine: PatternMachine, maxSteps: number) {
    this.#machine = machine;
    this.#maxSteps = maxSteps;
  }

  /** Taken until now, in all. */
  get steps(): number {
    return this.#steps;
  }

  tryAttack(attack: PatternAttack): ProofFailure | null {
    if (this.#isCheap(attack) || this.#isKnown(attack)) return null;
    const times = lengthening(attack);
    let growth = this.#measure(attack, FIRST_SIZES, times);
    if (growth.kind === 'linear' && growth.stepsPerCharacter <= CHEAP_STEPS_PER_CHARACTER) return null;
    const { steps } = growth;
    if (growth.kind !== 'slow') growth = this.#measure(attack, LAST_SIZES, Math.min(times, MAX_LENGTHENING));
    if (growth.kind !== 'linear') return { attack, size: growth.size, reason: growth.kind };
    this.#proven.set(attack.kind, steps);
    return null;
  }

  #isCheap(attack: PatternAttack): boolean {
    const size = lengthening(attack) === 1 ? GLANCE_SIZE : GLANCE_PUMPS * attack.pump.length;
    const text = attackText(attack, size);
    const most = GLANCE_STEPS_PER_CHARACTER * size + GLANCE_STEPS_AROUND * (text.length - size);
    return !this.#run(text, most).isExhausted;
  }

  /** Whether it is the same work as one that was proven. */
  #isKnown(attack: PatternAttack): boolean {
    const steps = this.#proven.get(attack.kind);
    if (steps === undefined) return false;
    const text = attackText(attack, Math.ceil(FIRST_SIZES.at(-1)! * lengthening(attack)));
    return !this.#run(text, Math.ceil(steps * SAME_WORK)).isExhausted;
  }

  #run(text: string, maxSteps: number): MachineRun {
    const run = this.#machine.run(text, Math.min(maxSteps, this.#maxSteps - this.#steps));
    this.#steps += run.steps;
    return run;
  }

  #measure(attack: PatternAttack, sizes: readonly number[], times: number): Growth {
    const costs: number[] = [];
    let [length, steps] = [0, 0];
    for (const size of sizes) {
      const text = attackText(attack, Math.ceil(size * times));
      const run = this.#run(text, MAX_STEPS_PER_CHARACTER * text.length);
      // With two costs it has been growing up to here.
      if (run.isExhausted)
        return { kind: costs.length < 2 ? 'slow' : 'super_linear', size: text.length, steps: run.steps };
      if (length > 0) costs.unshift((run.steps - steps) / (text.length - length));
      [length, steps] = [text.length, run.steps];
      const [last, before] = costs;
      if (before !== undefined && last! <= Math.max(1, before) * MAX_GROWTH)
        return { kind: 'linear', stepsPerCharacter: last!, steps };
    }
    return { kind: 'super_linear', size: length, steps };
  }
}

/** How many times as long as for a short pump its texts have to be. */
function lengthening({ pump }: PatternAttack): number {
  return pump.length > SINGLE_PUMP ? 1 : Math.max(1, pump.length / LONG_PUMP);
}

function attackText({ prefix, pump, suffix }: PatternAttack, size: number): string {
  return prefix + pump.repeat(Math.ceil(size / pump.length)).slice(0, size) + suffix;
}
