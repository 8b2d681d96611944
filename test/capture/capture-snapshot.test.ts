import { beforeEach, describe, expect, it } from 'vitest';
import { compileBreakpoint } from '../../src/breakpoints/compiled-breakpoint.ts';
import type { CompiledBreakpoint } from '../../src/breakpoints/compiled-breakpoint.ts';
import { CapturePoints } from '../../src/capture/capture-point.ts';
import { captureStack } from '../../src/capture/call-site.ts';
import { createCapture } from '../../src/capture/capture-snapshot.ts';
import type { Capture } from '../../src/capture/capture.ts';
import { planCapture } from '../../src/capture/capture-plan.ts';
import { createHeldSnapshots } from '../../src/capture/held-snapshots.ts';
import { createRateLimiter } from '../../src/capture/rate-limiter.ts';
import { createTakeSnapshot } from '../../src/capture/take-snapshot.ts';
import type { CapturedSnapshot } from '../../src/copy/captured-snapshot.ts';
import { createBooks } from '../../src/books.ts';
import type { Books } from '../../src/books.ts';
import { parseBreakpoint } from '../../src/protocol/breakpoint.ts';
import type { DropReason } from '../../src/protocol/drop-reason.ts';
import { DEFAULT_LIMITS } from '../../src/protocol/limits.ts';
import type { CaptureLimits } from '../../src/protocol/limits.ts';

const START_MS = Date.parse('2026-11-21T12:00:00Z');

/** One agent's gates with a clock that stands still until it is moved. */
class Bench {
  readonly points = new CapturePoints();
  readonly books: Books = createBooks();
  readonly held = createHeldSnapshots();
  readonly submitted: CapturedSnapshot[] = [];
  readonly registered: string[] = [];
  readonly reports: string[] = [];
  readonly warnings: string[] = [];
  readonly breakpoints = new Map<string, CompiledBreakpoint>();
  nowMs = START_MS;
  /** What each reading of the monotonic clock takes. */
  tickMs = 0;
  #tickedMs = 0;
  #timers: { atMs: number; callback: () => void }[] = [];
  readonly capture: Capture;

  constructor() {
    this.capture = createCapture({
      points: this.points,
      limits: DEFAULT_LIMITS,
      allowRemoteLimits: false,
      rateLimitMs: 1_000,
      rateLimiter: createRateLimiter(25),
      held: this.held,
      take: createTakeSnapshot({
        limits: DEFAULT_LIMITS,
        monotonicNow: () => this.nowMs,
        randomBytes: () => new Uint8Array(10),
        requests: null,
      }),
      now: () => this.nowMs,
      monotonicNow: () => (this.#tickedMs += this.tickMs),
      later: (callback, delayMs) => void this.#timers.push({ atMs: this.nowMs + delayMs, callback }),
      count: this.books.dropped,
      find: (label) => this.breakpoints.get(label),
      register: (label) => void this.registered.push(label),
      submit: (taken, breakpointId) =>
        void this.submitted.push({
          ...taken.complete(),
          ...(breakpointId === undefined ? {} : { breakpointId }),
        }),
      onTaken() {},
      report: (id, state, reason) =>
        void this.reports.push(reason === null ? `${id} ${state}` : `${id} ${state} ${reason}`),
      warnOnce: (code) => void this.warnings.push(code),
      onMended: (code) => void this.warnings.splice(this.warnings.indexOf(code), 1),
    });
    this.points.attach(this.capture);
    this.points.setOpen(true);
  }

  /** What the exported function does behind its mask. */
  call = (label: string, vars?: Parameters<Capture['enter']>[1]): void => {
    const point = this.points.byLabel.get(label);
    if (point !== undefined && !point.armed) point.suppressed++;
    else this.capture.enter(label, vars, this.call);
  };

  set(label: string, settings: Record<string, unknown> = {}): void {
    const breakpoint = parseBreakpoint({
      id: `id-${label}`,
      label,
      file_path: 'a.ts',
      line_number: 1,
      ...settings,
    });
    if (breakpoint === null) throw new Error('not a breakpoint');
    this.breakpoints.set(label, compileBreakpoint(breakpoint));
    this.capture.follow(label, this.breakpoints.get(label));
  }

  pass(ms: number): void {
    this.nowMs += ms;
    const due = this.#timers.filter((timer) => timer.atMs <= this.nowMs);
    this.#timers = this.#timers.filter((timer) => timer.atMs > this.nowMs);
    for (const timer of due) timer.callback();
  }

  lost(reason: DropReason): number {
    this.points.settle();
    return this.books.totals().dropped[reason];
  }
}

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});

describe('a label that was never seen', () => {
  it('registers once, and its first capture is kept until the breakpoint is known', () => {
    for (let index = 0; index < 5; index++) bench.call('checkout', { index });
    expect(bench.registered).toEqual(['checkout']);
    expect(bench.submitted).toEqual([]);
    expect(bench.held.size).toBe(1);
    expect(bench.lost('unregistered')).toBe(4);

    bench.set('checkout');
    expect(bench.submitted.map((taken) => [taken.breakpointId, taken.variables.value])).toEqual([
      ['id-checkout', { index: 0 }],
    ]);
    expect(bench.held.size).toBe(0);
  });

  it('loses its first capture to a breakpoint that turns out to be disabled', () => {
    bench.call('checkout');
    bench.set('checkout', { enabled: false });
    expect(bench.submitted).toEqual([]);
    expect(bench.lost('disabled')).toBe(1);
  });

  it('loses its first capture to a breakpoint with a condition, which cannot be asked any more', () => {
    bench.call('checkout', { total: 5 });
    bench.set('checkout', { condition: 'total > 1' });
    expect(bench.submitted).toEqual([]);
    expect(bench.lost('condition')).toBe(1);
  });

  it('is met again a minute after it could not be registered, or as soon as the server is heard of', () => {
    bench.call('checkout');
    bench.capture.retryRegistration('checkout');
    bench.pass(59_999);
    bench.call('checkout');
    expect(bench.registered).toEqual(['checkout']);
    bench.pass(1);
    bench.call('checkout');
    expect(bench.registered).toEqual(['checkout', 'checkout']);

    bench.capture.retryRegistration('checkout');
    bench.capture.resumeContact();
    bench.call('checkout');
    expect(bench.registered.length).toBe(3);
  });

  it('does not register when the server knows it with its call site, but captures at once', () => {
    bench.breakpoints.set('checkout', compileBreakpoint({ ...known('checkout'), lineNumber: 7 }));
    bench.call('checkout', { a: 1 });
    expect(bench.registered).toEqual([]);
    expect(bench.submitted.length).toBe(1);
  });

  it('tells its call site when a person made the breakpoint without one', () => {
    bench.breakpoints.set('checkout', compileBreakpoint(known('checkout')));
    bench.call('checkout');
    bench.pass(1_000);
    bench.call('checkout');
    expect(bench.registered).toEqual(['checkout']);
    expect(bench.submitted.length).toBe(2);
  });

  it('is one of at most 1,000 in a process; further ones are counted and said once', () => {
    for (let index = 0; index < 1_000; index++) {
      bench.call(`label-${index}`);
      bench.pass(50);
    }
    expect(bench.registered.length).toBe(1_000);
    bench.call('one too many');
    bench.call('another');
    expect(bench.registered.length).toBe(1_000);
    expect(bench.warnings).toContain('STILLFRAME_TOO_MANY_LABELS');
  });

  it.each([[''], [undefined], [3], [{}], [Symbol('x')]])('is refused when it is %s', (label) => {
    bench.capture.enter(label, {}, bench.call);
    expect(bench.warnings).toEqual(['STILLFRAME_BAD_LABEL']);
    expect(bench.lost('error')).toBe(1);
  });
});

function known(label: string) {
  const breakpoint = parseBreakpoint({ id: `id-${label}`, label });
  if (breakpoint === null) throw new Error('not a breakpoint');
  return breakpoint;
}

describe('an enabled label', () => {
  beforeEach(() => {
    bench.call('checkout');
    bench.set('checkout');
    bench.pass(1_000);
    bench.submitted.length = 0;
  });

  it('captures once a second, however often it is called', () => {
    for (let call = 0; call < 100; call++) bench.call('checkout');
    bench.pass(999);
    bench.call('checkout');
    expect(bench.submitted.length).toBe(1);
    expect(bench.lost('rate')).toBe(100);
    bench.pass(1);
    bench.call('checkout');
    expect(bench.submitted.length).toBe(2);
  });

  it('does not shorten its rest by being disabled and enabled', () => {
    bench.call('checkout');
    bench.set('checkout', { enabled: false });
    bench.set('checkout', { enabled: true });
    bench.call('checkout');
    expect(bench.submitted.length).toBe(1);
    bench.pass(1_000);
    bench.call('checkout');
    expect(bench.submitted.length).toBe(2);
  });

  it('stays disabled when its rest ends', () => {
    bench.call('checkout');
    bench.set('checkout', { enabled: false });
    bench.pass(1_000);
    bench.call('checkout');
    expect(bench.submitted.length).toBe(1);
    expect(bench.lost('disabled')).toBe(1);
  });

  it('calls a function for the variables once per capture, and never otherwise', () => {
    let calls = 0;
    const vars = (): Record<string, unknown> => ({ calls: ++calls });
    for (let call = 0; call < 10; call++) bench.call('checkout', vars);
    expect(calls).toBe(1);
    expect(bench.submitted[0]?.variables.value).toEqual({ calls: 1 });
  });

  it('counts a function for the variables that throws, and throws nothing', () => {
    bench.call('checkout', () => {
      throw new Error('mine');
    });
    expect(bench.lost('error')).toBe(1);
    expect(bench.submitted).toEqual([]);
  });

  it('lets no rejection of an async function for the variables reach the host', async () => {
    const rejections: unknown[] = [];
    const listen = (reason: unknown): void => void rejections.push(reason);
    process.on('unhandledRejection', listen);
    bench.call('checkout', (async () => {
      throw new Error('mine');
    }) as never);
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off('unhandledRejection', listen);
    expect(rejections).toEqual([]);
    expect(bench.submitted[0]?.variables.value).toBe('[Promise]');
  });

  it('gives variables, expressions and message one time together, since it is the caller who waits', () => {
    let clockMs = 0;
    const take = createTakeSnapshot({
      limits: DEFAULT_LIMITS,
      monotonicNow: () => (clockMs += 1),
      randomBytes: () => new Uint8Array(10),
      requests: null,
    });
    const names = Array.from({ length: 20 }, (_, index) => `list${index}`);
    const variables = Object.fromEntries(
      names.map((name) => [name, Array.from({ length: 100 }, () => names)]),
    );
    const compiled = compileBreakpoint({ ...known('checkout'), captureExpressions: names });
    const plan = planCapture(compiled, DEFAULT_LIMITS, false);
    take(variables, { label: 'checkout', plan, nowMs: 0, stack: captureStack(take, 20) });
    // One look at the clock at its begin, and few at each copy that finds the time over.
    expect(clockMs).toBeLessThan(DEFAULT_LIMITS.maxCopyMs + 4 * names.length);
  });

  describe('with a value that is costly to read', () => {
    const wide = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`key${index}`, index]));
    const said = 'id-checkout error costly_value: an object of 20000 keys, which V8 lists all at once';

    it('takes it once, then disarms the label and says so', () => {
      bench.set('checkout');
      bench.call('checkout', { wide });
      bench.pass(10_000);
      bench.call('checkout', { wide: {} });
      bench.call('checkout', { wide: {} });
      expect(bench.submitted.length).toBe(1);
      expect(bench.lost('disabled')).toBe(2);
      expect(bench.reports).toEqual(['id-checkout installed', 'id-checkout emitting', said]);
      expect(bench.warnings).toEqual(['STILLFRAME_COSTLY_VALUE']);
    });

    it('stays disarmed when the same state comes again, and until a person switches it off and on', () => {
      bench.set('checkout');
      bench.call('checkout', { wide });
      bench.pass(1_000);
      bench.set('checkout', { capture_count: 1 });
      bench.call('checkout');
      expect(bench.submitted.length).toBe(1);
      bench.set('checkout', { enabled: false });
      bench.set('checkout');
      bench.call('checkout');
      expect(bench.submitted.length).toBe(2);
    });

    it('takes the warning back with the disarming', () => {
      bench.set('checkout');
      bench.call('checkout', { wide });
      expect(bench.warnings).toEqual(['STILLFRAME_COSTLY_VALUE']);
      bench.set('checkout', { enabled: false });
      expect(bench.warnings).toEqual([]);
    });

    it('registers by what was taken when the server could not be told, without a second capture', () => {
      bench.call('new one', { wide });
      bench.capture.retryRegistration('new one');
      bench.pass(60_000);
      bench.call('new one', { wide });
      expect(bench.registered).toEqual(['checkout', 'new one', 'new one']);
      expect(bench.held.size).toBe(1);
      bench.set('new one');
      expect(bench.submitted.length).toBe(1);
      expect(bench.reports.at(-1)).toBe(said.replace('checkout', 'new one'));
    });

    it('is armed again when its breakpoint was deleted and made anew, and when the server forgot it', () => {
      bench.set('checkout');
      bench.call('checkout', { wide });
      bench.capture.disable('checkout');
      bench.pass(1_000);
      bench.set('checkout');
      bench.call('checkout', { wide });
      expect(bench.submitted.length).toBe(2);
      bench.breakpoints.delete('checkout');
      bench.pass(1_000);
      bench.capture.forgetRegistrations();
      bench.call('checkout', { wide });
      expect(bench.registered).toEqual(['checkout', 'checkout']);
    });

    it('arms the label again when what it asks for was changed', () => {
      bench.set('checkout');
      bench.call('checkout', { wide });
      bench.pass(1_000);
      bench.set('checkout', { max_depth: 1 });
      bench.call('checkout');
      expect(bench.submitted.length).toBe(2);
    });

    it('sends the first capture of a new label, and is disarmed when its breakpoint becomes known', () => {
      bench.call('new one', { wide });
      bench.set('new one');
      bench.pass(10_000);
      bench.call('new one');
      expect(bench.submitted.length).toBe(1);
      expect(bench.reports.at(-1)).toBe(said.replace('checkout', 'new one'));
      expect(bench.lost('disabled')).toBe(1);
    });
  });

  it('ignores a capture inside a capture', () => {
    bench.call('checkout', () => {
      bench.call('inner');
      return { outer: true };
    });
    expect(bench.registered).toEqual(['checkout']);
    expect(bench.submitted.length).toBe(1);
  });

  it('stops at its limit, and goes on when a person raises it', () => {
    bench.set('checkout', { max_captures: 2, capture_count: 1 });
    bench.call('checkout');
    bench.pass(1_000);
    bench.call('checkout');
    bench.call('checkout');
    expect(bench.submitted.length).toBe(1);
    expect(bench.lost('limit')).toBe(2);
    bench.set('checkout', { max_captures: 5, capture_count: 2 });
    bench.call('checkout');
    expect(bench.submitted.length).toBe(2);
  });

  it('stops when its time is over, to the millisecond', () => {
    bench.set('checkout', { expire_at: new Date(bench.nowMs + 5_000).toISOString() });
    bench.pass(4_999);
    bench.call('checkout');
    expect(bench.submitted.length).toBe(1);
    bench.pass(1_000);
    bench.call('checkout');
    expect(bench.submitted.length).toBe(1);
    expect(bench.lost('expired')).toBe(1);
  });

  it('captures only when its condition is true, and a false one costs no token', () => {
    bench.set('checkout', { condition: 'total > 100' });
    for (const total of [1, 100]) bench.call('checkout', { total });
    bench.call('checkout', { total: 101 });
    expect(bench.lost('condition')).toBe(2);
    expect(bench.submitted.length).toBe(1);
  });

  it('reports a condition that fails on the values, and does not capture', () => {
    bench.set('checkout', { condition: 'total > 100' });
    bench.call('checkout', {
      get total() {
        throw new Error('a getter must not run');
      },
    });
    expect(bench.submitted).toEqual([]);
    expect(bench.reports).toContain(
      'id-checkout error condition: total is a getter, and getters are never run.',
    );
  });

  it('rests after 10,000 false conditions within a second', () => {
    bench.set('checkout', { condition: 'total > 100' });
    for (let call = 0; call < 10_001; call++) bench.call('checkout', { total: 1 });
    expect(bench.lost('condition')).toBe(10_000);
    expect(bench.lost('rate')).toBe(1);
    bench.pass(1_000);
    bench.call('checkout', { total: 101 });
    expect(bench.submitted.length).toBe(1);
  });

  it('rests after 20 ms of false conditions within a second', () => {
    bench.set('checkout', { condition: 'total > 100' });
    bench.tickMs = 7;
    for (let call = 0; call < 5; call++) bench.call('checkout', { total: 1 });
    expect(bench.lost('condition')).toBe(3);
    expect(bench.lost('rate')).toBe(2);
    bench.pass(1_000);
    for (let call = 0; call < 2; call++) bench.call('checkout', { total: 1 });
    bench.call('checkout', { total: 101 });
    expect(bench.submitted.length).toBe(1);
  });

  it('cannot work with a condition that is not in the language, and says where', () => {
    bench.set('checkout', { condition: 'total >' });
    bench.call('checkout', { total: 101 });
    expect(bench.submitted).toEqual([]);
    expect(bench.reports.some((report) => report.startsWith('id-checkout error condition:'))).toBe(true);
  });

  it('takes no snapshot after its breakpoint was deleted, and does not register again', () => {
    bench.capture.follow('checkout', undefined);
    bench.call('checkout');
    expect(bench.submitted).toEqual([]);
    expect(bench.registered).toEqual(['checkout']);
    expect(bench.lost('disabled')).toBe(1);
  });

  it('registers again when the server lost its memory', () => {
    bench.breakpoints.clear();
    bench.capture.forgetRegistrations();
    bench.call('checkout');
    expect(bench.registered).toEqual(['checkout', 'checkout']);
  });

  it('lowers its limits as the breakpoint says, and never raises them', () => {
    bench.set('checkout', { max_depth: 1, stack_depth: 50 });
    bench.call('checkout', { a: { b: { c: 1 } } });
    expect(bench.submitted[0]?.limits.maxDepth).toBe(1);
    expect(bench.submitted[0]?.limits.maxFrames).toBe(20);
    expect(bench.submitted[0]?.variables.value).toEqual({ a: '[...]' });
  });

  it('raises its limits with allowRemoteLimits only, and never above the hard maxima', () => {
    const plan = (settings: Record<string, unknown>): CaptureLimits => {
      bench.set('checkout', settings);
      const compiled = bench.breakpoints.get('checkout');
      if (compiled === undefined) throw new Error('no breakpoint');
      return planCapture(compiled, DEFAULT_LIMITS, true).limits;
    };
    expect(plan({ max_depth: 10, stack_depth: 50, max_payload_bytes: 262_144 })).toMatchObject({
      maxDepth: 10,
      maxFrames: 50,
      maxPayloadBytes: 262_144,
    });
    expect(plan({ max_depth: 11, stack_depth: 51, max_payload_bytes: 262_145 })).toMatchObject({
      maxDepth: 10,
      maxFrames: 50,
      maxPayloadBytes: 262_144,
    });
    expect(plan({ max_depth: 1, stack_depth: 1, max_payload_bytes: 1 })).toMatchObject({
      maxDepth: 1,
      maxFrames: 1,
      maxPayloadBytes: 1_024,
    });
    expect(plan({})).toEqual(DEFAULT_LIMITS);
  });

  it('follows a breakpoint that becomes a logpoint, and a snapshot again', () => {
    const take = (mode: string): CapturedSnapshot | undefined => {
      bench.set('checkout', { mode, log_message: 'total {total}' });
      bench.call('checkout', { total: 7 });
      bench.pass(1_000);
      return bench.submitted.at(-1);
    };
    expect(take('snapshot')).toMatchObject({ mode: 'snapshot', variables: { value: { total: 7 } } });
    expect(take('logpoint')).toMatchObject({ mode: 'logpoint', variables: { value: {} } });
    expect(take('snapshot')).toMatchObject({ mode: 'snapshot', variables: { value: { total: 7 } } });
    expect(bench.submitted.length).toBe(3);
  });

  it('takes results and message of a logpoint, and no variables', () => {
    bench.set('checkout', {
      mode: 'logpoint',
      log_message: 'total {total} of {user.name}',
      capture_expressions: ['total'],
    });
    bench.call('checkout', { total: 7, user: { name: 'Ada' }, secret: 1 });
    expect(bench.submitted[0]).toMatchObject({
      mode: 'logpoint',
      variables: { value: {} },
      expressionResults: { total: 7 },
    });
  });
});

describe('all labels together', () => {
  it('take at most 25 captures at once, and a second later 25 more', () => {
    for (let index = 0; index < 30; index++) {
      const label = `label-${index}`;
      bench.breakpoints.set(label, compileBreakpoint({ ...known(label), lineNumber: 1 }));
      bench.call(label);
    }
    expect(bench.submitted.length).toBe(25);
    expect(bench.lost('rate')).toBe(5);
  });

  it('rest while nothing was heard of the server, and come back with its next state', () => {
    bench.call('checkout');
    bench.set('checkout');
    bench.pass(1_000);
    bench.capture.expireAll();
    bench.call('checkout');
    expect(bench.lost('expired')).toBe(1);
    bench.set('checkout');
    bench.call('checkout');
    expect(bench.submitted.length).toBe(2);
  });

  it('that are met after the server is heard of again do not expire, even if it names none of the others', () => {
    bench.capture.expireAll();
    bench.capture.resumeContact();
    bench.breakpoints.set('late', compileBreakpoint({ ...known('late'), lineNumber: 1 }));
    bench.call('late');
    expect(bench.submitted.length).toBe(1);
  });

  it('count nothing while the gate is closed', () => {
    bench.call('checkout');
    bench.points.setOpen(false);
    const point = bench.points.byLabel.get('checkout');
    point?.capture({});
    expect(point?.armed).toBe(false);
    expect(bench.lost('unregistered')).toBe(0);
  });
});

describe('a handle', () => {
  it('made before there is an agent captures once there is one', () => {
    const points = new CapturePoints();
    const early = points.obtain('early');
    expect(early?.armed).toBe(false);
    const later = new Bench();
    points.attach(later.capture);
    points.setOpen(true);
    expect(early?.armed).toBe(true);
  });

  it('captures also when its function was taken off it', () => {
    bench.breakpoints.set('handle', compileBreakpoint({ ...known('handle'), lineNumber: 1 }));
    const { capture } = new Bench().points.obtain('unused') ?? {};
    expect(() => capture?.({})).not.toThrow();
    const taken = bench.points.obtain('handle')?.capture;
    taken?.({ a: 1 });
    expect(bench.submitted.length).toBe(1);
  });

  it('of what is no label is never armed, and says so', () => {
    const handle = bench.capture.handle('');
    expect(handle.armed).toBe(false);
    expect(() => handle.capture({ a: 1 })).not.toThrow();
    expect(bench.warnings).toEqual(['STILLFRAME_BAD_LABEL']);
    expect(bench.capture.handle('good').armed).toBe(true);
  });

  it('shows where it was used', () => {
    bench.set('handle');
    const point = bench.points.obtain('handle');
    bench.breakpoints.set('handle', compileBreakpoint({ ...known('handle'), lineNumber: 1 }));
    function placeOrder(): void {
      point?.capture({ a: 1 });
    }
    placeOrder();
    expect(bench.submitted[0]?.frames[0]).toMatchObject({
      functionName: 'placeOrder',
      filePath: import.meta.filename,
    });
  });
});
