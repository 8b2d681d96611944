/** What does a capture cost its caller, and what all of it, against the usual ways to keep a value? */
import { randomFillSync } from 'node:crypto';
import { captureStack } from '../src/capture/call-site.ts';
import { createTakeSnapshot } from '../src/capture/take-snapshot.ts';
import { copyValue } from '../src/copy/copy-value.ts';
import { withScrubMargin } from '../src/copy/margin.ts';
import { DEFAULT_LIMITS } from '../src/protocol/limits.ts';
import { encodeSnapshot } from '../src/protocol/snapshot.ts';
import { createScrubber } from '../src/scrub/index.ts';
import { formatNs, formatTable, timeCases, timingOf, verify } from './harness.ts';

const address = { street: '12 Rue de Rivoli', city: 'Paris', zip: '75001', country: 'FR' };

const PAYLOADS = {
  'small (5 scalars)': { orderId: 'ord_1', count: 3, total: 42.5, paid: true, note: null },
  'an order (1.6 KB)': {
    request: {
      method: 'POST',
      path: '/checkout',
      headers: { host: 'shop.example', accept: '*/*', 'user-agent': 'curl/8' },
    },
    order: {
      id: 'ord_81324',
      placedAt: new Date(1_700_000_000_000),
      customer: { id: 7, name: 'Ada Lovelace', email: 'ada@example.com', address },
      lines: Array.from({ length: 12 }, (_, index) => ({
        sku: `SKU-${index}`,
        title: `Item ${index}`,
        qty: index + 1,
        price: 9.99,
      })),
      totals: { net: 100.5, tax: 20.1, gross: 120.6, currency: 'EUR' },
      tags: new Map([['priority', true]]),
    },
  },
  'large (200 KB)': {
    rows: Array.from({ length: 1_000 }, (_, index) => ({
      id: index,
      name: `row ${index}`,
      text: 'lorem ipsum dolor sit amet '.repeat(6),
      address,
    })),
  },
};

/** Hostile and huge values: the copy must not care how much is cut. */
const HOSTILE: Record<string, () => unknown> = {
  'array of 1,000,000': () => ({ v: Array.from({ length: 1_000_000 }, (_, index) => index) }),
  'Map of 1,000,000': () => ({ v: new Map(Array.from({ length: 1_000_000 }, (_, index) => [index, index])) }),
  'text of 10 MB': () => ({ v: 'x'.repeat(1e7) }),
  'Buffer of 50 MB': () => ({ v: Buffer.alloc(5e7) }),
  '10,000 levels': () => {
    let v: unknown = 1;
    for (let level = 0; level < 10_000; level++) v = { v };
    return { v };
  },
  'sparse array of 4e9': () => {
    const v: unknown[] = [];
    v[4e9] = 1;
    return { v };
  },
  'object of 10,000 properties': () => ({
    v: Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, index])),
  }),
  'object of 100,000 properties': () => ({
    v: Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [`k${index}`, index])),
  }),
};

/** Runs the bench and returns its section of the report. */
export function benchCaptureCost(): string {
  const take = createTakeSnapshot({
    limits: DEFAULT_LIMITS,
    monotonicNow: () => performance.now(),
    randomBytes: () => randomFillSync(new Uint8Array(10)),
    requests: null,
  });
  const scrubber = createScrubber();
  const identity = {
    serviceName: 'bench',
    environment: null,
    release: null,
    commit: null,
    host: null,
    instanceId: null,
  };
  const nowMs = Date.now();
  function capture(vars: unknown): ReturnType<typeof take> {
    return take(vars, { label: 'bench', plan: null, nowMs, boundary: capture });
  }

  const rows: string[][] = [];
  for (const [name, payload] of Object.entries(PAYLOADS)) {
    const scrubbed = scrubber.scrubSnapshot(capture(payload).complete(), identity);
    const bytes = Buffer.byteLength(JSON.stringify(encodeSnapshot(scrubbed)));
    verify(bytes <= DEFAULT_LIMITS.maxPayloadBytes, `${name} is ${bytes} bytes`);
    verify(!JSON.stringify(scrubbed).includes('ada@example.com'), `${name} is not scrubbed`);

    const repeat =
      (work: () => number) =>
      (times: number): number => {
        let sum = 0;
        for (let index = 0; index < times; index++) sum = (sum + work()) | 0;
        return sum;
      };
    const timings = timeCases(
      [
        { name: 'caller', run: repeat(() => capture(payload).label.length) },
        {
          name: 'all',
          run: repeat(() => scrubber.scrubSnapshot(capture(payload).complete(), identity).frames.length),
        },
        { name: 'JSON.stringify', run: repeat(() => JSON.stringify(payload).length) },
        { name: 'structuredClone', run: repeat(() => (structuredClone(payload) === null ? 0 : 1)) },
      ],
      { rounds: 40, sliceMs: 2 },
    );
    const caller = timingOf(timings, 'caller').quietNs;
    rows.push([
      name,
      ...timings.map(({ quietNs }) => formatNs(quietNs)),
      `${(caller / timingOf(timings, 'JSON.stringify').quietNs).toFixed(2)} ×`,
      `${(caller / timingOf(timings, 'structuredClone').quietNs).toFixed(2)} ×`,
    ]);
  }

  const limits = withScrubMargin(DEFAULT_LIMITS);
  const hostile = Object.entries(HOSTILE).map(([name, make]) => {
    // The best of several fresh values: a first read may flatten or index what the next would find ready.
    const times = Array.from({ length: 5 }, () => {
      const value = make();
      const start = process.hrtime.bigint();
      const copied = copyValue(value, limits, () => performance.now());
      const ns = Number(process.hrtime.bigint() - start);
      verify(
        copied.marks.some((mark) => mark.reason !== undefined),
        `${name} is not cut`,
      );
      return ns;
    });
    return [name, formatNs(Math.min(...times))];
  });

  function walk(): number {
    return captureStack(walk, DEFAULT_LIMITS.maxFrames) === null ? 0 : 1;
  }
  const stack = timeCases([
    {
      name: 'stack',
      run: (times) => {
        let sum = 0;
        for (let index = 0; index < times; index++) sum += walk();
        return sum;
      },
    },
  ]);

  return `## A capture

The caller's part is the stack of up to 20 frames (${formatNs(timingOf(stack, 'stack').quietNs)} here) and the copy; scrubbing and the final cut follow in a later turn.

${formatTable(['variables', "caller's part", 'all of it', 'JSON.stringify', 'structuredClone', 'caller to stringify', 'caller to clone'], rows)}

The copy alone, of values that are mostly cut (best of 5 fresh ones, once each):

${formatTable(['value', 'copy'], hostile)}
`;
}

if (process.argv[1] === import.meta.filename) process.stdout.write(benchCaptureCost());
