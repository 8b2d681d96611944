/** What does it cost to look for secrets: per KB of what programs hold, at worst, and for a whole snapshot? */
import type { CapturedSnapshot } from '../src/copy/captured-snapshot.ts';
import { copyValue } from '../src/copy/copy-value.ts';
import { withScrubMargin } from '../src/copy/margin.ts';
import { DEFAULT_LIMITS } from '../src/protocol/limits.ts';
import { createSnapshotScrubber } from '../src/scrub/snapshot-scrubber.ts';
import { atMost, formatRatio } from './goal.ts';
import type { Section } from './goal.ts';
import { formatNs, formatTable, timeCases, timingOf, verify } from './harness.ts';
import type { Case } from './harness.ts';
import { PAYLOADS } from './payloads.ts';

/** What an API answers: ids, dates, prices, words, and nothing that has to go. */
const CLEAN_TREE = {
  page: 1,
  total: 412,
  items: Array.from({ length: 24 }, (_, index) => ({
    id: `3f2b${(4096 + index * 7).toString(16)}-6a1c-4c39-9d55-0c8f1a7b2e${(16 + index).toString(16)}`,
    sku: `SKU-${1000 + index}`,
    title: `Walnut desk organiser, ${index} drawers`,
    description: 'Solid wood, oiled by hand. Ships within three working days; returns are free.',
    price: { amount: 49.9 + index, currency: 'EUR', taxIncluded: true },
    createdAt: `2025-03-${String(1 + index).padStart(2, '0')}T08:15:30.000Z`,
    stock: { warehouse: 'Lyon', quantity: 12 + index, reserved: index },
    categories: ['office', 'storage', 'wood'],
    discontinued: false,
    supplier: null,
  })),
};

const PROSE =
  'The capture took a little longer than the deadline allowed, so the client gave up and tried again. Nothing was ' +
  'lost: the second attempt found the first one in the queue, and the two were stored as one. We left the limits as ' +
  'they were and wrote down what we had seen, since the cause was a slow disk and not the program. ';

const LOG_LINE =
  '2025-03-14T08:15:30.123Z INFO  [http] GET /api/orders/81324?page=2 200 12.4ms host=web-3 pid=4121 region=eu-west-3\n';

const SECRETS =
  '{"user":"ada@example.com","password":"correct-horse-9","card":"4111 1111 1111 1111","phone":"+33 6 39 98 17 47",' +
  '"ssn":"536-22-8104","headers":{"authorization":"Bearer mF_9.B5f-4.1JqM7xQ2"},"db":"postgres://app:s3cr3t@db/app"}\n';

/** One naive expression for each type of value, each of them linear: what people write by hand. */
const TWELVE: readonly RegExp[] = [
  /\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}\b/g,
  /\b\d{3}-\d{2}-\d{4}\b/g,
  /\b(?:\d[ -]?){13,19}\b/g,
  /\+?\d{0,3}[ .-]?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}\b/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\baws.{0,20}?['"][0-9a-zA-Z/+]{40}['"]/gi,
  /\bbearer\s+[\w.~+/-]{8,512}=*/gi,
  /\b[sr]k_(?:live|test)_[0-9a-zA-Z]{10,99}\b/g,
  /(?:password|passwd|pwd)["']?\s{0,4}[:=]\s{0,4}["']?[^"'\s]{3,128}/gi,
  /\beyJ[\w-]{10,2000}\.[\w-]{10,4000}\.[\w-]{10,512}\b/g,
  /-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----/g,
  /\b(?:api[_-]?key|secret|token)["']?\s{0,4}[:=]\s{0,4}["']?[\w-]{16,128}/gi,
];

/** Texts that make naive expressions backtrack and naive finders read again, by what they repeat. */
const HOSTILE: readonly string[] = [
  'a.',
  'a@a.',
  '"@',
  '1 ',
  '4111 ',
  '123-45-',
  '+1 ',
  '(415) ',
  'eyJ.',
  'eyJhbGciOiJIUzI1NiJ9.',
  '-----BEGIN PRIVATE KEY-----',
  'password="',
  '{"password":"',
  'key=',
  'token ',
  '://a:b@',
  'Basic YWE6',
  'mysql -',
  '密码',
  'ａ',
  '[REDACTED:',
  `${'A'.repeat(40)} aws `,
  'pw=aws ',
  '+1 pw=',
  'AUTH key=',
  'access key=',
  'pw:["',
  'sk-',
  '@a.sk-ant-',
  'ops_eyJ-',
  'xoxd-',
  'secret-token:["',
  'password=curl ',
  'Cookie: a=',
];
const HOSTILE_LENGTH = 16_384;

/** Texts of which no part is like another, so that nothing can be told from what stood before. */
const VARIED: Readonly<Record<string, (word: string) => string>> = {
  'pw=… ': (word) => `pw=${word} `,
  '`pw:…': (word) => `\`pw:${word}`,
  'key=… ': (word) => `key=${word} `,
  'pw:["…': (word) => `pw:["${word}`,
  'Cookie: a=…': (word) => `Cookie: a=${word}`,
  '…@….co ': (word) => `${word}@${word}.co `,
};

const WALKED = 'clean JSON, walked value by value';
const ONE_TEXT = 'clean JSON, one text';

const repeated = (text: string, length: number): string =>
  text.repeat(Math.ceil(length / text.length)).slice(0, length);

const repeat =
  (work: () => number): Case['run'] =>
  (times) => {
    let sum = 0;
    for (let index = 0; index < times; index++) sum = (sum + work()) | 0;
    return sum;
  };

/** Runs the bench and returns its section of the report. */
export function benchScrubCost(): Section {
  const { table, clean } = perKilobyte();
  const slowest = slowestHostile();
  return {
    goals: [
      ...clean.flatMap(({ what, ns, ratio }) => [
        atMost(`scrubbing a KB of ${what}`, ns, 3_000, formatNs),
        atMost(`scrubbing a KB of ${what}, to twelve expressions in turn`, ratio, 0.5, formatRatio),
      ]),
      atMost('scrubbing 16 KB at worst', slowest.ns, 2_500_000, formatNs),
    ],
    text: `## Scrubbing

${table}

The slowest of ${HOSTILE.length + Object.keys(VARIED).length} hostile texts of 16 KB (best of 9): ${formatNs(slowest.ns)}, \`\` ${slowest.pump.slice(0, 40)} \`\` over and over.

A whole snapshot, from the copy to what may leave, with all its frames:

${wholeSnapshots()}
`,
  };
}

interface CleanCost {
  readonly what: string;
  readonly ns: number;
  /** To twelve expressions in turn over the same text. */
  readonly ratio: number;
}

/** The table, and what clean JSON costs in both of its forms. */
function perKilobyte(): { readonly table: string; readonly clean: readonly CleanCost[] } {
  const scrubber = createSnapshotScrubber();
  const twelve = (text: string): string =>
    TWELVE.reduce((rest, expression) => rest.replace(expression, '[REDACTED]'), text);
  const copied = copyValue(CLEAN_TREE, {
    maxDepth: 10,
    maxElements: 1_000,
    maxProperties: 1_000,
    maxStringLength: 16_384,
    maxPayloadBytes: 262_144,
    maxCopyMs: 1_000,
    maxFrames: 1,
  });
  verify(copied.marks.length === 0, 'the clean tree was cut');
  const cleanText = JSON.stringify(CLEAN_TREE);
  const texts = {
    [ONE_TEXT]: cleanText,
    prose: repeated(PROSE, 8_192),
    'log lines': repeated(LOG_LINE, 8_192),
    'text full of secrets': repeated(SECRETS, 8_192),
  };
  for (const [name, text] of Object.entries(texts)) {
    const isClean = name !== 'text full of secrets';
    verify((scrubber.scrubText(text) === text) === isClean, `${name} came out wrong`);
  }
  verify(!/ada@|correct-horse|4111 1111|39 98|8104|mF_9|s3cr3t/.test(scrubber.scrubText(SECRETS)), 'a leak');
  verify(!/ada@|correct-horse|4111 1111|8104|mF_9/.test(twelve(SECRETS)), 'the twelve find too little');
  verify(scrubber.scrubCopied(copied).value === copied.value, 'the clean tree came out changed');

  const sizes: Record<string, number> = { [WALKED]: cleanText.length };
  const cases: Case[] = [
    {
      name: WALKED,
      run: repeat(() => scrubber.scrubCopied(copied).findings.length + 1),
    },
  ];
  for (const [name, text] of Object.entries(texts)) {
    sizes[name] = text.length;
    sizes[`twelve: ${name}`] = text.length;
    cases.push(
      { name, run: repeat(() => scrubber.scrubText(text).length) },
      { name: `twelve: ${name}`, run: repeat(() => twelve(text).length) },
    );
  }
  const timings = timeCases(cases, { rounds: 40, sliceMs: 2 });
  const nsPerKilobyte = (name: string): number =>
    timingOf(timings, name).quietNs / ((sizes[name] ?? Number.NaN) / 1_024);
  const baselineOf = (name: string): number => nsPerKilobyte(`twelve: ${name in texts ? name : ONE_TEXT}`);
  const rows = [...Object.keys(texts), WALKED].map((name) => {
    const ours = nsPerKilobyte(name);
    const baseline = baselineOf(name);
    return [name, formatNs(ours), formatNs(baseline), formatRatio(ours / baseline)];
  });
  return {
    table: formatTable(['what', 'per KB', 'twelve expressions in turn', 'ratio'], rows),
    clean: [WALKED, ONE_TEXT].map((what) => {
      const ns = nsPerKilobyte(what);
      return { what, ns, ratio: ns / baselineOf(what) };
    }),
  };
}

function slowestHostile(): { readonly pump: string; readonly ns: number } {
  const scrubber = createSnapshotScrubber({}, { budgetMs: 10_000 });
  const timed = hostileTexts().map(({ pump, text }) => {
    const times = Array.from({ length: 9 }, () => {
      const start = process.hrtime.bigint();
      const scrubbed = scrubber.scrubText(text);
      const ns = Number(process.hrtime.bigint() - start);
      verify(scrubbed !== '[REDACTED:unscanned]', `${pump} was given up`);
      return ns;
    });
    return { pump, ns: Math.min(...times) };
  });
  return timed.reduce((worst, next) => (next.ns > worst.ns ? next : worst));
}

function hostileTexts(): { readonly pump: string; readonly text: string }[] {
  const varied = Object.entries(VARIED).map(([pump, partOf]) => {
    // 7,919 has no divisor in common with 36 ** 3: every word of three letters comes once before one comes again.
    const parts = Array.from({ length: HOSTILE_LENGTH / 4 }, (_, index) =>
      partOf(((index * 7_919) % 36 ** 3).toString(36).padStart(3, '0')),
    );
    return { pump, text: parts.join('').slice(0, HOSTILE_LENGTH) };
  });
  return [...HOSTILE.map((pump) => ({ pump, text: repeated(pump, HOSTILE_LENGTH) })), ...varied];
}

function wholeSnapshots(): string {
  const scrubber = createSnapshotScrubber();
  const identity = {
    serviceName: 'bench',
    environment: 'production',
    release: '1.4.0',
    commit: null,
    host: 'web-3',
    instanceId: null,
  };
  const rows = Object.entries(PAYLOADS).map(([name, payload]) => {
    const captured = captureOf(payload);
    const scrubbed = JSON.stringify(scrubber.scrubSnapshot(captured, identity));
    verify(!scrubbed.includes('ada@example.com'), `${name} is not scrubbed`);
    const timings = timeCases(
      [
        {
          name: 'scrub',
          run: repeat(() => scrubber.scrubSnapshot(captured, identity).frames.length),
        },
        { name: 'stringify', run: repeat(() => JSON.stringify(payload).length) },
      ],
      { rounds: 40, sliceMs: 2 },
    );
    const scrub = timingOf(timings, 'scrub').quietNs;
    const stringify = timingOf(timings, 'stringify').quietNs;
    return [name, formatNs(scrub), formatNs(stringify), `${(scrub / stringify).toFixed(2)} ×`];
  });
  return formatTable(['variables', 'scrub and final cut', 'JSON.stringify', 'ratio'], rows);
}

/** A capture of ten frames inside a request. */
function captureOf(payload: unknown): CapturedSnapshot {
  return {
    snapshotId: '0195d2f0-7c1e-7a33-9b1c-3a5f6d7e8f90',
    breakpointId: null,
    label: 'checkout.placed',
    variables: copyValue(payload, withScrubMargin(DEFAULT_LIMITS)),
    frames: Array.from({ length: 10 }, (_, index) => ({
      functionName: `OrderService.step${index}`,
      filePath: `/srv/shop/src/orders/${index < 4 ? 'place' : 'route'}-order.ts`,
      lineNumber: 20 + index,
      columnNumber: 7,
      origin: 'application',
      isAsync: false,
    })),
    traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    spanId: '00f067aa0ba902b7',
    requestContext: {
      method: 'POST',
      path: '/checkout',
      url: '/checkout?currency=EUR',
      ip: '10.1.2.3',
      userAgent: 'curl/8.6.0',
      query: { currency: 'EUR' },
      headers: {
        host: 'shop.example',
        accept: '*/*',
        'content-type': 'application/json',
        'content-length': '412',
      },
    },
    expressionResults: null,
    logMessage: null,
    mode: 'snapshot',
    capturedAtMs: 1_700_000_000_000,
    limits: DEFAULT_LIMITS,
  };
}

if (process.argv[1] === import.meta.filename) process.stdout.write(benchScrubCost().text);
