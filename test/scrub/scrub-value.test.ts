import { describe, expect, test } from 'vitest';
import type { JsonValue } from '../../src/protocol/json.ts';
import type { ValueMark } from '../../src/protocol/value-mark.ts';
import { createSnapshotScrubber } from '../../src/scrub/snapshot-scrubber.ts';
import { UNHURRIED_MS } from './unhurried.ts';

const scrubber = createSnapshotScrubber({}, { budgetMs: UNHURRIED_MS });
const scrub = (value: JsonValue, marks: readonly ValueMark[] = []): ReturnType<typeof scrubber.scrubCopied> =>
  scrubber.scrubCopied({ value, marks });
const valueOf = (value: JsonValue, marks: readonly ValueMark[] = []): unknown =>
  JSON.parse(JSON.stringify(scrub(value, marks).value));

const NAMED = '[REDACTED:sensitive_name]';

describe('the rule on names', () => {
  test('redacts what stands under a sensitive name and keeps what does not', () => {
    expect(
      valueOf({
        password: 'hunter2',
        accessToken: 'abc',
        'x-api-key': 'k',
        passwordHash: '$2b$10$x',
        dbPass: 'x',
        cookie: 'a=b',
        tokenCount: 12,
        primaryKey: 'id',
        monkey: 'banana',
        sortKey: 'name',
        passwordUpdatedAt: '2024-03-01',
        hasPassword: true,
      }),
    ).toEqual({
      password: NAMED,
      accessToken: NAMED,
      'x-api-key': NAMED,
      passwordHash: NAMED,
      dbPass: NAMED,
      cookie: NAMED,
      tokenCount: 12,
      primaryKey: 'id',
      monkey: 'banana',
      sortKey: 'name',
      passwordUpdatedAt: '2024-03-01',
      hasPassword: true,
    });
  });

  test.each([0, 1, 2, 5, 10, 30])(
    'finds a name and a text %i levels down, in objects and arrays',
    (depth) => {
      let value: JsonValue = { password: 'hunter2', note: 'mail jane@example.com' };
      let expected: JsonValue = { password: NAMED, note: 'mail [REDACTED:email]' };
      for (let level = 0; level < depth; level++) {
        value = level % 2 === 0 ? { child: value } : ['x', value];
        expected = level % 2 === 0 ? { child: expected } : ['x', expected];
      }
      expect(valueOf(value)).toEqual(expected);
    },
  );

  test('keeps nothing, switches, masks, templates and counts of tokens', () => {
    const value = {
      password: null,
      secret: true,
      token: '',
      apiKey: '********',
      clientSecret: '${CLIENT_SECRET}',
      tokens: { input: 12, output: 30 },
      tokenBudget: 4_000,
    };
    expect(valueOf(value)).toEqual(value);
  });

  test('redacts numbers that are secrets and containers as a whole', () => {
    expect(
      valueOf({ pin: 4711, cvv: 123, credentials: { user: 'jane', mine: 'x' }, secrets: ['a', 'b'] }),
    ).toEqual({
      pin: NAMED,
      cvv: NAMED,
      credentials: NAMED,
      secrets: NAMED,
    });
  });

  test('looks into a container whose members say by their own names what they are', () => {
    expect(
      valueOf({
        credentials: { user: 'jane', pass: 'x' },
        tokens: { access_token: 'a', token_type: 'Bearer', expires_in: 3600 },
      }),
    ).toEqual({
      credentials: { user: 'jane', pass: NAMED },
      tokens: { access_token: NAMED, token_type: 'Bearer', expires_in: 3600 },
    });
  });

  test('uses the type of a value that has one by itself', () => {
    expect(
      valueOf({ ssn: '123-45-6789', token: `ghp_${'aB3d'.repeat(9)}`, password: 'jane@example.com x' }),
    ).toEqual({
      ssn: '[REDACTED:ssn]',
      token: '[REDACTED:oauth_token]',
      password: NAMED,
    });
  });

  test('applies to pairs of name and value, entries, Maps, raw headers and command lines', () => {
    expect(
      valueOf(
        {
          pair: { name: 'password', value: 'hunter2' },
          header: { key: 'Authorization', value: 'x' },
          entries: [
            ['token', 'abc'],
            ['n', '1'],
          ],
          map: [
            ['apiKey', 'abc'],
            ['n', 1],
          ],
          rawHeaders: ['Host', 'x', 'Cookie', 'a=b'],
          flat: ['Content-Type', 'x', 'X-Api-Key', 'k'],
          argv: ['node', 'app.js', '--password', 'hunter2', '--verbose'],
          words: ['token', 'user'],
        },
        [{ path: '/map', kind: 'map' }],
      ),
    ).toEqual({
      pair: { name: 'password', value: NAMED },
      header: { key: 'Authorization', value: NAMED },
      entries: [
        ['token', NAMED],
        ['n', '1'],
      ],
      map: [
        ['apiKey', NAMED],
        ['n', 1],
      ],
      rawHeaders: ['Host', 'x', 'Cookie', NAMED],
      flat: ['Content-Type', 'x', 'X-Api-Key', NAMED],
      argv: ['node', 'app.js', '--password', NAMED, '--verbose'],
      words: ['token', 'user'],
    });
  });

  test('keeps the tag of what was never read, and does not take a text for a tag', () => {
    expect(
      valueOf({ password: '[Getter]', token: '[Getter]' }, [
        { path: '/password', kind: 'accessor', reason: 'getter' },
      ]),
    ).toEqual({
      password: '[Getter]',
      token: NAMED,
    });
  });
});

describe('values', () => {
  test('finds cards and telephone numbers in numbers', () => {
    expect(
      valueOf({ a: 4111111111111111, phone: 4155552671, b: 4155552671, createdAt: 1709288430123 }),
    ).toEqual({
      a: '[REDACTED:credit_card]',
      phone: '[REDACTED:phone]',
      b: 4155552671,
      createdAt: 1709288430123,
    });
  });

  test('finds the secret of an access key beside its id, whatever its name', () => {
    const other = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';
    expect(valueOf({ id: 'AKIAIOSFODNN7EXAMPLE', other })).toEqual({
      id: '[REDACTED:aws_key]',
      other: '[REDACTED:aws_secret]',
    });
    expect(valueOf({ other })).toEqual({ other });
  });

  test('finds the private members of a JSON Web Key', () => {
    const n = 'a'.repeat(40);
    expect(valueOf({ kty: 'RSA', n, d: n, p: n })).toEqual({
      kty: 'RSA',
      n,
      d: '[REDACTED:private_key]',
      p: '[REDACTED:private_key]',
    });
    expect(valueOf({ d: n, p: n })).toEqual({ d: n, p: n });
  });

  test('reads an array of byte values as text', () => {
    const bytes = [...Buffer.from('mail jane@example.com now')];
    expect(valueOf({ bytes })).toEqual({ bytes: 'mail [REDACTED:email] now' });
    expect(valueOf({ bytes: [1, 2, 3, 4, 5, 6, 7, 8] })).toEqual({ bytes: [1, 2, 3, 4, 5, 6, 7, 8] });
  });

  test('scrubs keys, and tells two that come out alike apart', () => {
    expect(
      valueOf({
        'jane@example.com': 1,
        x: 2,
        'joe@example.com': 3,
        '[REDACTED:email]': 4,
        'jim@example.com': 5,
      }),
    ).toEqual({
      '[REDACTED:email]': 1,
      x: 2,
      '[REDACTED:email]#2': 3,
      '[REDACTED:email]#3': 4,
      '[REDACTED:email]#4': 5,
    });
  });

  test('keeps an own __proto__ as data', () => {
    const value = JSON.parse('{"__proto__":{"password":"hunter2"},"a@b.com":1}') as JsonValue;
    const scrubbed = scrub(value).value;
    expect(JSON.stringify(scrubbed)).toBe(`{"__proto__":{"password":"${NAMED}"},"[REDACTED:email]":1}`);
    expect(Object.prototype).not.toHaveProperty('password');
  });

  test('never writes to its input, and shares what did not change', () => {
    const value = { clean: { a: [1, 'x'] }, dirty: { password: 'hunter2' } };
    const before = structuredClone(value);
    const scrubbed = scrub(value).value as unknown as typeof value;
    expect(value).toEqual(before);
    expect(scrubbed.clean).toBe(value.clean);
  });

  test('gives up at hostile depth instead of overflowing the stack', () => {
    let value: JsonValue = { password: 'hunter2' };
    for (let level = 0; level < 50_000; level++) value = [value];
    const text = JSON.stringify(scrub(value).value);
    expect(text).toContain('[REDACTED:unscanned]');
    expect(text).not.toContain('hunter2');
  });
});

describe('marks', () => {
  test('say what was redacted, and follow keys that were renamed', () => {
    const { value, marks } = scrub(
      { 'jane@example.com': { at: '2024-03-01T00:00:00.000Z' }, note: 'x a@b.com' },
      [
        { path: '/jane@example.com', kind: 'object', className: 'User' },
        { path: '/jane@example.com/at', kind: 'date' },
      ],
    );
    expect(JSON.parse(JSON.stringify(value))).toEqual({
      '[REDACTED:email]': { at: '2024-03-01T00:00:00.000Z' },
      note: 'x [REDACTED:email]',
    });
    expect(marks).toEqual([
      { path: '/[REDACTED:email]', kind: 'object', className: 'User' },
      { path: '/[REDACTED:email]/at', kind: 'date' },
      { path: '/note', kind: 'string', reason: 'redacted' },
    ]);
  });

  test('below a value that was replaced go with it', () => {
    const { marks } = scrub({ credentials: { since: 'x', list: [] } }, [
      { path: '/credentials', kind: 'object', className: 'Login' },
      { path: '/credentials/since', kind: 'date' },
    ]);
    expect(marks).toEqual([{ path: '/credentials', kind: 'object', className: 'Login', reason: 'redacted' }]);
  });

  test('of places that do not exist are dropped, and class names are scrubbed', () => {
    const { marks } = scrub({ a: 1 }, [
      { path: '/jane@example.com', kind: 'date' },
      { path: '/a', kind: 'boxed', className: 'jane@example.com' },
    ]);
    expect(marks).toEqual([{ path: '/a', kind: 'boxed', className: '[REDACTED:email]' }]);
  });

  test('escape the segments of their paths', () => {
    const { marks } = scrub({ 'a/b': { '~': 'x a@b.com' } });
    expect(marks).toEqual([{ path: '/a~1b/~0', kind: 'string', reason: 'redacted' }]);
  });
});

describe('findings', () => {
  test('name type, severity and place, each type once a place', () => {
    const { findings } = scrub({ user: { note: 'a@b.com and c@d.com', password: 'x1' } });
    expect(findings).toEqual([
      { type: 'email', severity: 'medium', path: 'value/user/note' },
      { type: 'sensitive_name', severity: 'medium', path: 'value/user/password' },
    ]);
  });
});
