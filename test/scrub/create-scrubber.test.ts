import { afterEach, describe, expect, test } from 'vitest';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { ScrubOptionError, createScrubber } from '../../src/scrub/index.ts';
import type { ScrubberOptions } from '../../src/scrub/index.ts';
import type { Variables } from '../../src/index.ts';
import { createTestAgent } from '../../src/testing.ts';
import type { TestAgent } from '../../src/testing.ts';
import { UNHURRIED_MS } from './unhurried.ts';

let agent: TestAgent | undefined;
afterEach(async () => {
  await agent?.agent.shutdown(0);
  agent = undefined;
});

async function sentByAgent(vars: unknown): Promise<Snapshot> {
  agent = createTestAgent();
  agent.agent.captureSnapshot('here', vars as Variables);
  await agent.settle();
  const [snapshot] = agent.snapshots;
  if (snapshot === undefined) throw new Error('Nothing was sent.');
  return snapshot;
}

class Order {
  readonly id = 'A-1';
  get total(): number {
    throw new Error('a getter ran');
  }
}

const cyclic: Record<string, unknown> = { name: 'cyclic' };
cyclic['self'] = cyclic;

const VALUES: Readonly<Record<string, unknown>> = {
  'plain values': { a: 1, b: 'two', c: null, d: true, e: [1, 2] },
  'what JSON cannot say': { a: undefined, b: Number.NaN, c: -0, d: 10n, e: Symbol('s'), f: new Date(0) },
  'a getter and a text that looks like one': {
    order: Object.defineProperty({}, 'total', { get: () => 1, enumerable: true }),
    text: '[Getter]',
  },
  'an instance': new Order(),
  'a Map, a Set, an Error': {
    map: new Map([['mail', 'jane@example.com']]),
    set: new Set([1, 'jane@example.com']),
  },
  'a Buffer and a URL': {
    buffer: Buffer.from('password=hunter2x'),
    url: new URL('https://u:secretpw1@example.com/?q=1'),
  },
  'findings of several types': {
    mail: 'mail jane@example.com',
    card: 4111111111111111,
    headers: { authorization: 'Bearer abc123def456ghi789' },
  },
  'a secret in a key': { 'jane@example.com': 1 },
  'a text that is cut': { text: 'x'.repeat(5_000) },
  'a text with a secret across the cut': { text: `${'x'.repeat(1_010)} jane@example.com and more` },
  'an array that is cut': { list: Array.from({ length: 500 }, (_, index) => index) },
  'an object that is cut': Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`key${index}`, index]),
  ),
  'depth that is cut': { a: { b: { c: { d: { e: 1 } } } } },
  'a cycle': cyclic,
  'a Proxy': { proxy: new Proxy({ a: 1 }, {}) },
  'a null-prototype object': Object.assign(Object.create(null) as object, { ['__proto__']: 1 }),
};

describe('scrub(value)', () => {
  test.each(Object.keys(VALUES))('gives for %s what the agent sends', async (name) => {
    const sent = await sentByAgent(VALUES[name]);
    const { value, marks, findings } = createScrubber({ budgetMs: UNHURRIED_MS }).scrub(VALUES[name]);
    expect(value).toEqual(sent.variables);
    expect(marks).toEqual(sent.valueMarks);
    expect(findings).toEqual(sent.securityFlags);
  });

  test('cuts to the payload as a snapshot without stack and request does', () => {
    const { value, marks } = createScrubber({ budgetMs: UNHURRIED_MS }).scrub({
      list: Array.from({ length: 90 }, () => ({ text: 'x'.repeat(900) })),
    });
    expect(Buffer.byteLength(JSON.stringify({ value, marks }))).toBeLessThanOrEqual(16_384);
    expect(marks.some(({ reason }) => reason === 'payload')).toBe(true);
  });

  test('returns value, marks and findings', () => {
    expect(
      createScrubber({ budgetMs: UNHURRIED_MS }).scrub({ mail: 'to jane@example.com', at: new Date(0) }),
    ).toEqual({
      value: { mail: 'to [REDACTED:email]', at: '1970-01-01T00:00:00.000Z' },
      marks: [
        { path: '/mail', kind: 'string', reason: 'redacted' },
        { path: '/at', kind: 'date' },
      ],
      findings: [{ type: 'email', severity: 'medium', path: 'variables/mail' }],
    });
  });

  test('tells a text "[Getter]" from a getter', () => {
    const value = {
      text: '[Getter]',
      get total() {
        return 1;
      },
    };
    const scrubbed = createScrubber({ budgetMs: UNHURRIED_MS }).scrub(value);
    expect(scrubbed.value).toEqual({ text: '[Getter]', total: '[Getter]' });
    expect(scrubbed.marks).toEqual([{ path: '/total', kind: 'accessor', reason: 'getter' }]);
  });

  test('never throws and runs no code of the value', () => {
    const fail = (): never => {
      throw new Error('ran');
    };
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    let deep: unknown = 'end';
    for (let level = 0; level < 20_000; level++) deep = [deep];
    const values: unknown[] = [
      undefined,
      null,
      0,
      '',
      'x',
      1n,
      Symbol.iterator,
      fail,
      proxy,
      deep,
      cyclic,
      new Proxy(
        {},
        { get: fail, ownKeys: fail, getOwnPropertyDescriptor: fail, getPrototypeOf: fail, has: fail },
      ),
      {
        toJSON: fail,
        [Symbol.iterator]: fail,
        toString: fail,
        valueOf: fail,
        get a() {
          return fail();
        },
      },
      Object.assign(new Map(), { get: fail, entries: fail }),
      Object.freeze({ a: Object.freeze(['jane@example.com']) }),
      '\ud800',
      'x'.repeat(5_000_000),
      Object.assign([], { length: 4_000_000_000 }),
    ];
    const scrubber = createScrubber({ limits: { maxDepth: 64 } });
    for (const value of values) expect(() => JSON.stringify(scrubber.scrub(value))).not.toThrow();
  });

  test('never writes to the value', () => {
    const value = { user: { mail: 'jane@example.com' }, list: ['415-555-2671'] };
    const before = structuredClone(value);
    createScrubber({ redactPaths: ['user.mail'] }).scrub(value);
    expect(value).toEqual(before);
  });

  test('redacts, leaves and flags by the rules that are given', () => {
    const scrubber = createScrubber({
      budgetMs: UNHURRIED_MS,
      disabledTypes: ['phone'],
      redactNames: ['badgeNumber'],
      allowNames: ['sessionToken'],
      redactPaths: ['orders[*].note'],
      piiPatterns: [{ type: 'employee', pattern: /\bEMP-\d{6}\b/, severity: 'low' }],
    });
    expect(
      scrubber.scrub({
        phone: '415-555-2671',
        badge_number: 'x1',
        session_token: 'kept as it is',
        orders: [{ note: 'ring twice', id: 'EMP-123456' }],
      }),
    ).toMatchObject({
      value: {
        phone: '415-555-2671',
        badge_number: '[REDACTED:sensitive_name]',
        session_token: 'kept as it is',
        orders: [{ note: '[REDACTED:path]', id: '[REDACTED:employee]' }],
      },
      findings: [
        { type: 'path', severity: 'high', path: 'variables/orders/0/note' },
        { type: 'sensitive_name', severity: 'medium', path: 'variables/badge_number' },
        { type: 'employee', severity: 'low', path: 'variables/orders/0/id' },
      ],
    });
  });

  test('leaves everything as it is, within the limits, without piiScrubbing', () => {
    expect(createScrubber({ piiScrubbing: false }).scrub({ mail: 'jane@example.com' })).toEqual({
      value: { mail: 'jane@example.com' },
      marks: [],
      findings: [],
    });
  });
});

describe('limits', () => {
  test('may be wider than an agent may have them', () => {
    let deep: unknown = 'jane@example.com';
    for (let level = 0; level < 19; level++) deep = { deep };
    const text = 'x'.repeat(1_000_000);
    const list = Array.from({ length: 5_000 }, (_, index) => index);
    const { value, marks } = createScrubber({
      limits: { maxDepth: 20, maxStringLength: 1_000_000, maxElements: 5_000, maxPayloadBytes: 8_000_000 },
    }).scrub({ deep, text, list });
    expect(JSON.stringify(value)).toBe(
      JSON.stringify({ deep, text, list }).replace('jane@example.com', '[REDACTED:email]'),
    );
    expect(marks.map(({ reason }) => reason)).toEqual(['redacted']);
  });

  test('that are wide flag every finding', () => {
    const mails = Array.from({ length: 900 }, (_, index) => `u${index}@example.com`);
    expect(
      createScrubber({ limits: { maxElements: 1_000, maxPayloadBytes: 4_000_000 } }).scrub(mails).findings
        .length,
    ).toBe(900);
  });

  test('cut a text of a megabyte at its end by one character', () => {
    const { value, marks } = createScrubber({
      limits: { maxStringLength: 1_000_000, maxPayloadBytes: 4_000_000 },
    }).scrub('x'.repeat(1_000_001));
    expect(value).toBe('x'.repeat(1_000_000));
    expect(marks).toEqual([{ path: '', kind: 'string', reason: 'stringLength', size: 1_000_001 }]);
  });

  test.each([
    [{ limits: { maxDepth: 0 } }, 'limits.maxDepth must be a whole number from 1 to 64, not 0.'],
    [{ limits: { maxDepth: 65 } }, 'limits.maxDepth must be a whole number from 1 to 64, not 65.'],
    [{ limits: { maxDepth: '3' } }, 'limits.maxDepth must be a whole number from 1 to 64, not "3".'],
    [{ limits: { maxDepth: 2.5 } }, 'limits.maxDepth must be a whole number from 1 to 64, not 2.5.'],
    [
      { limits: { maxElements: 0 } },
      'limits.maxElements must be a whole number from 1 to 1,000,000,000, not 0.',
    ],
    [
      { limits: { maxElements: Infinity } },
      'limits.maxElements must be a whole number from 1 to 1,000,000,000, not Infinity.',
    ],
    [
      { limits: { maxProperties: -1 } },
      'limits.maxProperties must be a whole number from 1 to 1,000,000,000, not -1.',
    ],
    [
      { limits: { maxStringLength: NaN } },
      'limits.maxStringLength must be a whole number from 1 to 1,000,000,000, not NaN.',
    ],
    [
      { limits: { maxPayloadBytes: 1_023 } },
      'limits.maxPayloadBytes must be a whole number from 1,024 to 1,000,000,000, not 1023.',
    ],
    [
      { limits: { maxCopyMs: null } },
      'limits.maxCopyMs must be a whole number from 1 to 1,000,000,000, not null.',
    ],
    [
      { limits: { maxDeph: 3 } },
      'limits: "maxDeph" is not known. There are maxDepth, maxElements, maxProperties, maxStringLength, maxPayloadBytes, maxCopyMs, maxFrames.',
    ],
    [{ limits: 3 }, 'limits must be an object such as {maxDepth: 20}, not 3.'],
    [{ budgetMs: 0 }, 'budgetMs must be a whole number from 1 to 1,000,000,000, not 0.'],
  ])('%j is refused with the option, what was received and the range', (options, message) => {
    expect(refusalOf(options)).toEqual({ code: 'STILLFRAME_BAD_LIMIT', message });
  });
});

describe('options', () => {
  test.each([
    [
      { redactName: ['a'] },
      '"redactName" is not an option of the scrubber. There are piiScrubbing, disabledTypes, redactNames, allowNames, redactPaths, piiPatterns, limits, budgetMs.',
    ],
    [null, 'The options must be an object, not null.'],
    [{ piiScrubbing: 'no' }, 'piiScrubbing must be true or false, not "no".'],
    [{ redactNames: 'badge' }, 'redactNames must be a list of texts, not "badge".'],
    [{ redactNames: ['badge', 3] }, 'redactNames[1] must be a text, not 3.'],
    [{ redactNames: ['--'] }, 'redactNames[0] must be a name with a letter or digit, not "--".'],
    [{ allowNames: {} }, 'allowNames must be a list of texts, not an object.'],
    [{ redactPaths: 'a.b' }, 'redactPaths must be a list of texts, not "a.b".'],
  ])('%j is refused', (options, message) => {
    expect(refusalOf(options)).toEqual({ code: 'STILLFRAME_BAD_SCRUB_OPTION', message });
  });

  test('shows nothing of how the agent uses it', () => {
    expect(Object.keys(createScrubber()).toSorted()).toEqual(['scrub', 'scrubText']);
  });

  test('fails closed on a text that is none', () => {
    expect(createScrubber().scrubText(undefined as unknown as string)).toBe('[REDACTED:error]');
  });
});

function refusalOf(options: unknown): { readonly code: string; readonly message: string } | 'accepted' {
  try {
    createScrubber(options as ScrubberOptions);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof ScrubOptionError)) throw error;
    return { code: error.code, message: error.message };
  }
}

describe('bytes that are cut by the element limit', () => {
  const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
  const scrubber = createScrubber({ limits: { maxElements: 100 } });

  test('keep no part of a secret that straddles it', () => {
    for (const secret of ['ada.lovelace@example.com', '4111 1111 1111 1111']) {
      const bytes = bytesOf(`${'word '.repeat(18)}${secret} and more`);
      const kept = [...bytes.subarray(0, 'word '.repeat(18).length - 1)];
      expect(scrubber.scrub({ bytes, list: [...bytes] })).toEqual({
        value: { bytes: kept, list: kept },
        marks: [
          {
            path: '/bytes',
            kind: 'typed_array',
            className: 'Uint8Array',
            reason: 'collectionSize',
            size: bytes.length,
          },
          { path: '/list', kind: 'array', reason: 'collectionSize', size: bytes.length },
        ],
        findings: [],
      });
    }
  });

  test('say how many there were, also when they show a secret before it', () => {
    const { value, marks } = scrubber.scrub({ bytes: bytesOf(`to ada@example.com ${'word '.repeat(40)}`) });
    expect(value).toEqual({ bytes: `to [REDACTED:email] ${'word '.repeat(16).trimEnd()}` });
    expect(marks).toEqual([
      { path: '/bytes', kind: 'typed_array', className: 'Uint8Array', reason: 'redacted', size: 219 },
    ]);
  });

  test('stay as they are when they are no text', () => {
    const { value } = scrubber.scrub({
      zeros: new Uint8Array(101),
      count: Array.from({ length: 101 }, (_, n) => n),
    });
    expect(value).toEqual({
      zeros: Array.from({ length: 100 }, () => 0),
      count: Array.from({ length: 100 }, (_, n) => n),
    });
  });
});
