import { describe, expect, test } from 'vitest';
import type { CapturedSnapshot, CopiedValue } from '../../src/copy/captured-snapshot.ts';
import type { JsonValue } from '../../src/protocol/json.ts';
import { DEFAULT_LIMITS } from '../../src/protocol/limits.ts';
import type { CaptureLimits } from '../../src/protocol/limits.ts';
import { encodeSnapshot, parseSnapshot } from '../../src/protocol/snapshot.ts';
import type { Snapshot } from '../../src/protocol/snapshot.ts';
import { SCRUB_VERSION } from '../../src/scrub/scrubber.ts';
import { createSnapshotScrubber } from '../../src/scrub/snapshot-scrubber.ts';
import type { SnapshotIdentity } from '../../src/scrub/snapshot-scrubber.ts';
import { ALNUM, createRandom } from './seeded-random.ts';
import { UNHURRIED_MS } from './unhurried.ts';

const IDENTITY: SnapshotIdentity = {
  serviceName: 'shop',
  environment: 'default',
  release: '1.2.3',
  commit: null,
  host: 'web-1',
  instanceId: '01890a5d-ac96-774b-bcce-b302099a8057',
};

function captured(
  variables: CopiedValue,
  overrides: Partial<CapturedSnapshot> = {},
  limits: Partial<CaptureLimits> = {},
): CapturedSnapshot {
  return {
    snapshotId: '01890a5d-ac96-774b-bcce-b302099a8058',
    breakpointId: null,
    label: 'checkout',
    variables,
    frames: [
      {
        functionName: 'placeOrder',
        filePath: '/app/src/order.ts',
        lineNumber: 42,
        columnNumber: 7,
        origin: 'application',
        isAsync: false,
      },
      {
        functionName: '',
        filePath: '/app/src/index.ts',
        lineNumber: 3,
        columnNumber: 1,
        origin: 'application',
        isAsync: false,
      },
    ],
    traceId: null,
    spanId: null,
    requestContext: null,
    expressionResults: null,
    logMessage: null,
    mode: 'snapshot',
    capturedAtMs: Date.UTC(2026, 10, 20, 12),
    limits: { ...DEFAULT_LIMITS, ...limits },
    ...overrides,
  };
}

const plain = (value: JsonValue): CopiedValue => ({ value, marks: [] });
const wireBytes = (snapshot: Snapshot): number => Buffer.byteLength(JSON.stringify(encodeSnapshot(snapshot)));
const scrubber = createSnapshotScrubber({}, { budgetMs: UNHURRIED_MS });

describe('a captured snapshot', () => {
  test('leaves with its identity, its stack as text and the version of the scrubber', () => {
    const snapshot = scrubber.scrubSnapshot(captured(plain({ total: 5 })), IDENTITY);
    expect(snapshot).toMatchObject({
      ...IDENTITY,
      label: 'checkout',
      filePath: '/app/src/order.ts',
      lineNumber: 42,
      functionName: 'placeOrder',
      variables: { total: 5 },
      stackTrace: '    at placeOrder (/app/src/order.ts:42:7)\n    at /app/src/index.ts:3:1',
      capturedAt: '2026-11-20T12:00:00.000Z',
      truncated: {},
      securityFlags: [],
      scrubbed: { version: SCRUB_VERSION },
    });
  });

  test('is scrubbed in everything that leaves', () => {
    const secret = 'jane@example.com';
    const snapshot = scrubber.scrubSnapshot(
      captured(plain({ a: [{ [secret]: secret }] }), {
        label: `for ${secret}`,
        frames: [
          {
            functionName: 'f',
            filePath: `/home/${secret}/x.ts`,
            lineNumber: 1,
            columnNumber: 1,
            origin: 'application',
            isAsync: false,
          },
        ],
        requestContext: {
          method: 'GET',
          path: `/u/${secret}`,
          url: `https://u:hunter2@h/x?email=jane%40example.com&token=s3cr3t&sid=s3cr3t&card=4111%201111%201111%201111&n=5#access_token=s3cr3t`,
          ip: '10.0.0.1',
          userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
          query: { token: 's3cr3t', q: secret, n: '5' },
          headers: {
            Authorization: 'Bearer s3cr3t',
            cookie: 'sid=s3cr3t',
            'x-api-key': 's3cr3t',
            host: 'shop.example',
            from: secret,
          },
        },
        expressionResults: { 'user.password': 'hunter2', 'user.email': secret },
        logMessage: ['hello ', { source: 'user.email', value: secret }],
      }),
      IDENTITY,
    );
    const text = JSON.stringify(encodeSnapshot(snapshot));
    for (const raw of [secret, 'jane%40', 'hunter2', 's3cr3t', '4111']) expect(text, raw).not.toContain(raw);
    expect(snapshot.requestContext).toEqual({
      method: 'GET',
      path: '/u/[REDACTED:email]',
      url: 'https://u:[REDACTED:password]@h/x?email=[REDACTED:email]&token=[REDACTED:oauth_token]&sid=[REDACTED:oauth_token]&card=[REDACTED:credit_card]&n=5#access_token=[REDACTED:oauth_token]',
      ip: '10.0.0.1',
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36',
      query: { token: '[REDACTED:sensitive_name]', q: '[REDACTED:email]', n: '5' },
      headers: {
        Authorization: '[REDACTED:sensitive_name]',
        cookie: '[REDACTED:sensitive_name]',
        'x-api-key': '[REDACTED:sensitive_name]',
        host: 'shop.example',
        from: '[REDACTED:email]',
      },
    });
    expect(snapshot.securityFlags).toContainEqual({ type: 'email', severity: 'medium', path: 'label' });
  });

  test('stays raw and says so when scrubbing is off, and is still cut', () => {
    const snapshot = createSnapshotScrubber({ piiScrubbing: false }).scrubSnapshot(
      captured(plain({ password: 'hunter2', long: 'x'.repeat(2_000), card: 4111111111111111 })),
      IDENTITY,
    );
    expect(snapshot.scrubbed).toBeNull();
    expect(snapshot.variables).toMatchObject({
      password: 'hunter2',
      long: 'x'.repeat(1_024),
      card: 4111111111111111,
    });
    expect(snapshot.truncated).toEqual({ stringLength: 1 });
  });

  test('leaves types alone that are disabled', () => {
    const { scrubText } = createSnapshotScrubber({ disabledTypes: ['email'] });
    expect(scrubText('a@b.com 123-45-6789')).toBe('a@b.com [REDACTED:ssn]');
    expect(() => createSnapshotScrubber({ disabledTypes: ['e-mail'] })).toThrow(
      expect.objectContaining({ code: 'STILLFRAME_UNKNOWN_SCRUB_TYPE' }),
    );
  });
});

describe('it fails closed', () => {
  test('the time that it has is spent by its work, not while a busy machine lets it wait', () => {
    let nowMs = 0;
    const clock = (): number => (nowMs += 260);
    expect(createSnapshotScrubber({}, { clock }).scrubText('mail ann@example.com '.repeat(150))).toBe(
      'mail [REDACTED:email] '.repeat(150),
    );
    expect(createSnapshotScrubber({}, { budgetMs: 1 }).scrubText('+1 '.repeat(200_000))).toBe(
      '[REDACTED:unscanned]',
    );
  });

  test('a second has passed at most: the host waits for the turn, whatever the machine lets it wait for', () => {
    let nowMs = 0;
    const clock = (): number => (nowMs += 1_001);
    expect(createSnapshotScrubber({}, { clock }).scrubText('mail ann@example.com '.repeat(150))).toBe(
      '[REDACTED:unscanned]',
    );
  });

  test('a value for which no time is left is replaced, and the snapshot still goes', () => {
    let time = 0;
    const slow = createSnapshotScrubber({}, { now: () => (time += 1_000) });
    const snapshot = slow.scrubSnapshot(
      captured(plain({ note: `x${'y'.repeat(3_000)}`, password: 'hunter2', n: 1 })),
      IDENTITY,
    );
    expect(JSON.stringify(snapshot.variables)).not.toMatch(/yyy|hunter2/);
    expect(JSON.stringify(snapshot.variables)).toContain('[REDACTED:unscanned]');
    expect(snapshot.label).toBe('[REDACTED:unscanned]');
  });

  test('a value on which the scrubber throws is replaced, and its neighbours are not', () => {
    const hostile = new Proxy(
      {},
      {
        ownKeys() {
          throw new Error('no keys');
        },
      },
    ) as JsonValue;
    const snapshot = scrubber.scrubSnapshot(captured(plain({ before: 1, hostile, after: 'x' })), IDENTITY);
    expect(JSON.parse(JSON.stringify(snapshot.variables))).toEqual({
      before: 1,
      hostile: '[REDACTED:error]',
      after: 'x',
    });
    expect(snapshot.securityFlags).toContainEqual({
      type: 'error',
      severity: 'high',
      path: 'variables/hostile',
    });
  });
});

describe('the cut', () => {
  test.each([
    [1_024, 1_024, undefined],
    [1_025, 1_024, { path: '/text', kind: 'string', reason: 'stringLength', size: 1_025 }],
  ])('a text of %i characters leaves with %i', (length, kept, mark) => {
    const snapshot = scrubber.scrubSnapshot(captured(plain({ text: 'x'.repeat(length) })), IDENTITY);
    expect(snapshot.variables).toEqual({ text: 'x'.repeat(kept) });
    expect(snapshot.valueMarks).toEqual(mark === undefined ? [] : [mark]);
  });

  test('keeps the size that the copy saw, and never ends in half a character', () => {
    const text = `${'x'.repeat(1_023)}😀${'y'.repeat(100)}`;
    const snapshot = scrubber.scrubSnapshot(
      captured({
        value: { text },
        marks: [{ path: '/text', kind: 'string', reason: 'stringLength', size: 1_000_000 }],
      }),
      IDENTITY,
    );
    expect(snapshot.variables).toEqual({ text: 'x'.repeat(1_023) });
    expect(snapshot.valueMarks).toEqual([
      { path: '/text', kind: 'string', reason: 'stringLength', size: 1_000_000 },
    ]);
  });

  test('does not expose a secret that straddles the limit', () => {
    for (let offset = 0; offset < 60; offset++) {
      const text = `${'x'.repeat(1_024 - offset - 1)} ghp_${'aB3d'.repeat(9)} end`;
      const { variables } = scrubber.scrubSnapshot(captured(plain({ text })), IDENTITY);
      expect(JSON.stringify(variables)).not.toMatch(/ghp|aB3d/);
    }
  });

  test('does not expose a secret that the copy itself has cut, even where redaction made room', () => {
    // A key of 4,000 characters becomes a marker; the half token at the end of what was copied must not move up.
    const key = `-----BEGIN PRIVATE KEY-----\n${`${'A'.repeat(64)}\n`.repeat(61)}-----END PRIVATE KEY-----`;
    const copied = `${key} ${'x'.repeat(5_120 - key.length - 21)} ghp_${'aB3d'.repeat(4)}`.slice(0, 5_120);
    const { variables } = scrubber.scrubSnapshot(
      captured({
        value: { copied },
        marks: [{ path: '/copied', kind: 'string', reason: 'stringLength', size: 9_999 }],
      }),
      IDENTITY,
    );
    expect(JSON.stringify(variables)).not.toContain('ghp_');
    expect(JSON.stringify(variables)).toContain('[REDACTED:private_key]');
  });

  test.each([1_024, 4_096, 16_384])(
    'whatever it holds, a snapshot leaves in at most %i bytes of valid JSON',
    (maxPayloadBytes) => {
      const random = createRandom(maxPayloadBytes);
      for (let round = 0; round < 12; round++) {
        const frames = Array.from({ length: random.below(50) }, () => ({
          functionName: random.text('éx\u0001"', random.below(400)),
          filePath: `/${random.text('日本/', random.below(400))}`,
          lineNumber: 1,
          columnNumber: 1,
          origin: 'application' as const,
          isAsync: false,
        }));
        const variables = hostileValue(random, 3);
        const capture = captured(
          variables,
          {
            label: random.text('ラ"\\', 300),
            frames,
            logMessage: [random.text('\u0000é', random.below(3_000))],
            expressionResults: { [random.text(ALNUM, 2_000)]: random.text('é', 2_000) },
            requestContext: {
              method: 'GET',
              path: `/${random.text('é', 3_000)}`,
              url: `/${random.text('é', 3_000)}`,
              ip: '::1',
              userAgent: random.text('"', 3_000),
              query: { a: random.text(ALNUM, 4_000) },
              headers: { b: random.text(ALNUM, 4_000), [random.text('é', 3_000)]: 'x' },
            },
          },
          { maxPayloadBytes },
        );
        const snapshot = scrubber.scrubSnapshot(capture, IDENTITY);
        expect(wireBytes(snapshot)).toBeLessThanOrEqual(maxPayloadBytes);
        const parsed = parseSnapshot(JSON.parse(JSON.stringify(encodeSnapshot(snapshot))));
        expect(parsed).toMatchObject({
          lineNumber: snapshot.lineNumber,
          capturedAt: '2026-11-20T12:00:00.000Z',
        });
        expect(snapshot.label).not.toBe('');
        expect(snapshot.truncated.payload).toBeGreaterThan(0);
        expect(markedPlacesExist(snapshot)).toEqual([]);
      }
    },
  );

  test('takes from the largest branches and leaves what is small and near the root', () => {
    const snapshot = scrubber.scrubSnapshot(
      captured(
        plain({
          id: 42,
          big: { rows: Array.from({ length: 90 }, (_, i) => ({ i, text: 'y'.repeat(200) })) },
          name: 'Jane',
          huge: 'x'.repeat(1_000),
        }),
        {},
        { maxPayloadBytes: 4_096 },
      ),
      IDENTITY,
    );
    expect(snapshot.variables).toMatchObject({ id: 42, name: 'Jane', huge: 'x'.repeat(1_000) });
    expect(snapshot.frames).toHaveLength(2);
    expect(wireBytes(snapshot)).toBeGreaterThan(3_000);
    const rows = snapshot.valueMarks.find((mark) => mark.path === '/big/rows');
    expect(rows).toEqual({ path: '/big/rows', kind: 'array', reason: 'payload', size: 90 });
  });

  test('keeps a snapshot whole that just fits, and cuts one byte more', () => {
    const of = (length: number): Snapshot =>
      scrubber.scrubSnapshot(
        captured(plain({ text: 'x'.repeat(length) }), {}, { maxPayloadBytes: 2_048, maxStringLength: 4_000 }),
        IDENTITY,
      );
    const room = 2_048 - wireBytes(of(0));
    expect(wireBytes(of(room))).toBe(2_048);
    expect(of(room).truncated).toEqual({});
    expect(of(room + 1).truncated).toEqual({ payload: 1 });
    expect(wireBytes(of(room + 1))).toBeLessThanOrEqual(2_048);
  });
});

describe('a received snapshot', () => {
  const foreign: Snapshot = {
    ...scrubber.scrubSnapshot(captured(plain({})), IDENTITY),
    label: 'for jane@example.com',
    variables: { password: 'hunter2', user: { email: 'jane@example.com' }, ok: 1 },
    valueMarks: [{ path: '/user', kind: 'object', className: 'User' }],
    securityFlags: [{ type: 'pii', severity: 'low', path: 'jane@example.com' }],
    stackTrace: 'Error: jane@example.com\n    at f (/a.js:1:1)',
    expressionResults: { token: 's3cr3tv4lue' },
    logMessage: 'password=hunter2',
    truncated: { depth: 1 },
    scrubbed: null,
  };

  test('is scrubbed in every text, keeps what it was, and says by which version', () => {
    const scrubbed = scrubber.scrubReceived(foreign);
    expect(JSON.stringify(scrubbed)).not.toMatch(/jane@|hunter2|s3cr3t/);
    expect(scrubbed).toMatchObject({
      label: 'for [REDACTED:email]',
      variables: { password: '[REDACTED:sensitive_name]', user: { email: '[REDACTED:email]' }, ok: 1 },
      stackTrace: 'Error: [REDACTED:email]\n    at f (/a.js:1:1)',
      logMessage: 'password=[REDACTED:password]',
      truncated: { depth: 1, redacted: 2 },
      scrubbed: { version: SCRUB_VERSION },
    });
    expect(scrubbed.valueMarks).toContainEqual({ path: '/user', kind: 'object', className: 'User' });
  });

  test('does not change when it is scrubbed again', () => {
    const once = scrubber.scrubReceived(foreign);
    expect(scrubber.scrubReceived(once)).toEqual(once);
  });
});

function hostileValue(random: ReturnType<typeof createRandom>, depth: number): CopiedValue {
  const marks: { path: string; kind: 'date'; className: string }[] = [];
  const make = (level: number, path: string): JsonValue => {
    if (level === 0 || random.below(4) === 0) {
      if (random.below(5) === 0)
        marks.push({ path, kind: 'date', className: random.text('é"', random.below(80)) });
      return random.pick<() => JsonValue>([
        () => random.text('é"\\\u0001x', random.below(800)),
        () => random.below(1_000),
        () => null,
        () => true,
      ])();
    }
    const size = 1 + random.below(14);
    if (random.below(2) === 0) return Array.from({ length: size }, (_, i) => make(level - 1, `${path}/${i}`));
    return Object.fromEntries(
      Array.from({ length: size }, () => {
        const key = random.text('日a"', 1 + random.below(random.below(10) === 0 ? 1_500 : 12));
        return [key, make(level - 1, `${path}/${key}`)];
      }),
    );
  };
  const value: JsonValue = {
    a: make(depth, '/a'),
    b: make(depth, '/b'),
    filler: Array.from({ length: 80 }, () => 'é'.repeat(300)),
  };
  return { value, marks };
}

/** Paths of marks that lead nowhere. */
function markedPlacesExist(snapshot: Snapshot): string[] {
  return snapshot.valueMarks
    .filter(({ path }) => {
      let current: JsonValue | undefined = snapshot.variables;
      for (const segment of path === '' ? [] : path.slice(1).split('/')) {
        if (typeof current !== 'object' || current === null) return true;
        const key = segment.replaceAll('~1', '/').replaceAll('~0', '~');
        if (!Object.hasOwn(current, key)) return true;
        current = (current as Record<string, JsonValue>)[key];
      }
      return false;
    })
    .map(({ path }) => path);
}
