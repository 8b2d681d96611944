import type { PatternAttack } from './pattern-attacks.ts';
import type { PatternMachine } from './pattern-machine.ts';

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
  /** Its steps grow faster than the text, or there are too many of them to see how they grow. */
  readonly reason: 'super_linear' | 'slow';
}

/** Characters of an attack between its prefix and its suffix. Most expressions are cheap, and known after the first. */
const FIRST_SIZES = [64, 128, 256] as const;
/** Begins beyond the bounds that people give to quantifiers, which look quadratic up to there. */
const LAST_SIZES = [384, 640, 1_024, 2_048] as const;
/**
 * How many times as much each further character may cost as each of those before. In linear work they cost the same but
 * for how a text happens to end; in quadratic work twice as much, or 1.6 times from 640 to 1,024.
 */
const MAX_GROWTH = 1.3;
/** Of a text of the first sizes. Were the work quadratic all the same, it would be 512 for each of 8,192 characters. */
const CHEAP_STEPS_PER_CHARACTER = 16;
/** Sixteen times as many as `/[a-z]{1,64}@/` needs, which goes back 64 times for each character. */
const MAX_STEPS_PER_CHARACTER = 2_048;
/** In all, for one expression: half a second. What needs more has many ways to be slow. */
const MAX_STEPS = 32_000_000;

/**
 * Runs an expression over attacks of growing length and compares how its steps grow. Null when it is linear, with at
 * most 2,048 steps for each character.
 */
export function findSuperLinear(
  attacks: readonly PatternAttack[],
  machine: PatternMachine,
): ProofFailure | null {
  const proof = new Proof(machine);
  for (const attack of attacks) {
    const failure = proof.tryAttack(attack);
    if (failure !== null) return failure;
  }
  return null;
}

type Growth =
  | { readonly kind: 'linear'; readonly stepsPerCharacter: number }
  | { readonly kind: ProofFailure['reason']; readonly size: number };

class Proof {
  readonly #machine: PatternMachine;
  #stepsLeft = MAX_STEPS;

  constructor(machine: PatternMachine) {
    this.#machine = machine;
  }

  tryAttack(attack: PatternAttack): ProofFailure | null {
    let growth = this.#measure(attack, FIRST_SIZES);
    if (growth.kind === 'linear' && growth.stepsPerCharacter <= CHEAP_STEPS_PER_CHARACTER) return null;
    if (growth.kind !== 'slow') growth = this.#measure(attack, LAST_SIZES);
    return growth.kind === 'linear' ? null : { attack, size: growth.size, reason: growth.kind };
  }

  #measure(attack: PatternAttack, sizes: readonly number[]): Growth {
    const costs: number[] = [];
    let [length, steps] = [0, 0];
    for (const size of sizes) {
      const text = attackText(attack, size);
      const run = this.#machine.run(text, Math.min(MAX_STEPS_PER_CHARACTER * text.length, this.#stepsLeft));
      this.#stepsLeft -= run.steps;
      // With two costs it has been growing up to here.
      if (run.isExhausted) return { kind: costs.length < 2 ? 'slow' : 'super_linear', size: text.length };
      if (length > 0) costs.unshift((run.steps - steps) / (text.length - length));
      [length, steps] = [text.length, run.steps];
      const [last, before] = costs;
      if (before !== undefined && last! <= Math.max(1, before) * MAX_GROWTH)
        return { kind: 'linear', stepsPerCharacter: steps / length };
    }
    return { kind: 'super_linear', size: length };
  }
}

function attackText({ prefix, pump, suffix }: PatternAttack, size: number): string {
  return prefix + pump.repeat(Math.ceil(size / pump.length)).slice(0, size) + suffix;
}
