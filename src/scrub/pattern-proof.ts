import type { PatternAttack } from './pattern-attacks.ts';

/**
 * Why an expression is proven by running it and not by a library: of those that decide it by analysis (safe-regex2,
 * recheck, redos-detector, scslre; on 36 super-linear and 68 linear expressions) none is right about all of them, the
 * precise ones need seconds or give up where a quantifier is bounded, and each would be a dependency of every service.
 */

/** What the proof needs of its surroundings. */
export interface ProofTools {
  /** Runs the expression over all of a text. */
  readonly run: (text: string) => void;
  /** Runs over all of a text what is known to be linear: up to 64 steps for each character. */
  readonly runLinear: (text: string) => void;
  /** A clock in milliseconds. Only quotients of its times count: a slow host is slow for both. */
  readonly now: () => number;
}

/** How an expression failed its proof. */
export interface ProofFailure {
  readonly attack: PatternAttack;
  /** Characters of the text on which it showed. */
  readonly size: number;
  readonly reason: 'super_linear' | 'slow';
}

const FIRST_SIZE = 16;
const LAST_SIZE = 2_048;
/** From a quarter of a size to that size, linear work becomes 4 times as much and quadratic work 16 times. */
const COMPARED_PART = 4;
const MAX_GROWTH = 8;
/** Times the work of the linear expression that a pattern may do on a text of the same size. */
const MAX_SLOWNESS = 16;
/** Part of that work below which an expression is fast whatever its growth. */
const NEGLIGIBLE = 0.05;
/** Growth of a step by a quarter from which it is no polynomial of use: the fourth power. */
const EXPLOSIVE_GROWTH = 2.5;
/**
 * What was too slow once is tried again at least so often, and for at least so long: on a host that does much else, most
 * tries of a millisecond are interrupted, but not all of a hundred. The fastest counts.
 */
const MIN_TRIES = 10;
const MIN_TRYING_MS = 100;

/**
 * Runs an expression over attacks of growing length and compares: with itself on a shorter text, and with a linear
 * expression in the same moment. Null when it is linear.
 */
export function findSuperLinear(attacks: readonly PatternAttack[], tools: ProofTools): ProofFailure | null {
  if (attacks.length === 0) return null;
  const stopwatch = new Stopwatch(tools);
  for (const attack of attacks) {
    const failure = prove(attack, stopwatch);
    if (failure !== null) return failure;
  }
  return null;
}

function prove(attack: PatternAttack, stopwatch: Stopwatch): ProofFailure | null {
  let before = Number.POSITIVE_INFINITY;
  for (let size = FIRST_SIZE; ;) {
    const text = attackText(attack, size);
    let took = stopwatch.time(text);
    if (took > stopwatch.linearMs) {
      const explosion = Math.max(before * EXPLOSIVE_GROWTH, stopwatch.linearMs);
      if (took > stopwatch.linearMs * MAX_SLOWNESS) stopwatch.measureLinear();
      const limit = Math.min(stopwatch.linearMs * MAX_SLOWNESS, explosion);
      took = stopwatch.fastest(text, took, limit);
      if (took > limit) {
        return {
          attack,
          size,
          reason: growsTooFast(attack, size, took, stopwatch) ? 'super_linear' : 'slow',
        };
      }
    }
    if (size === LAST_SIZE) {
      const isTooFast = took > stopwatch.linearMs * NEGLIGIBLE && growsTooFast(attack, size, took, stopwatch);
      return isTooFast ? { attack, size, reason: 'super_linear' } : null;
    }
    // Small steps as soon as there is more work than characters explain, so that an explosion is seen coming.
    const isQuiet = took <= (stopwatch.linearMs * size) / LAST_SIZE / 2;
    before = isQuiet ? Number.POSITIVE_INFINITY : took;
    size = Math.min(LAST_SIZE, isQuiet ? size * 2 : Math.ceil(size * 1.25));
  }
}

function growsTooFast(attack: PatternAttack, size: number, took: number, stopwatch: Stopwatch): boolean {
  const part = attackText(attack, Math.ceil(size / COMPARED_PART));
  let short = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < MIN_TRIES; tries++) short = Math.min(short, stopwatch.time(part));
  return stopwatch.fastest(attackText(attack, size), took, short * MAX_GROWTH) > short * MAX_GROWTH;
}

function attackText({ prefix, pump, suffix }: PatternAttack, size: number): string {
  const room = size - prefix.length - suffix.length;
  return (
    `${prefix}${pump.repeat(Math.max(1, Math.floor(room / pump.length)))}`.slice(0, size - suffix.length) +
    suffix
  );
}

class Stopwatch {
  readonly #tools: ProofTools;
  readonly #linearText = 'a'.repeat(LAST_SIZE);
  /** What the linear expression takes on a text of the last size. */
  linearMs: number = Number.POSITIVE_INFINITY;

  constructor(tools: ProofTools) {
    this.#tools = tools;
    this.measureLinear();
  }

  time(text: string): number {
    const startedAt = this.#tools.now();
    this.#tools.run(text);
    return this.#tools.now() - startedAt;
  }

  /** The fastest of a known time and many more tries; the first that is good enough ends them. */
  fastest(text: string, known: number, goodEnough: number): number {
    let fastest = known;
    const startedAt = this.#tools.now();
    for (let tries = 0; fastest > goodEnough; tries++) {
      if (tries >= MIN_TRIES && this.#tools.now() - startedAt > MIN_TRYING_MS) break;
      fastest = Math.min(fastest, this.time(text));
    }
    return fastest;
  }

  /** Measures the linear expression anew: the host may have become slower since, and then the slower time counts. */
  measureLinear(): void {
    let fastest = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < 4; attempt++) {
      const startedAt = this.#tools.now();
      this.#tools.runLinear(this.#linearText);
      fastest = Math.min(fastest, this.#tools.now() - startedAt);
    }
    this.linearMs = fastest;
  }
}
