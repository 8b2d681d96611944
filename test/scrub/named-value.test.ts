import { describe, expect, test } from 'vitest';
import { createScrubber } from '../../src/scrub/index.ts';
import { UNHURRIED_MS } from './unhurried.ts';

const scrubber = createScrubber({ limits: { maxDepth: 8 }, budgetMs: UNHURRIED_MS });
const scrub = (value: unknown): unknown => scrubber.scrub(value).value;
const NAMED = '[REDACTED:sensitive_name]';

describe('under a sensitive name', () => {
  test.each([
    ['labels', { labels: { password: 'Password', hint: 'Forgot your password?' } }],
    ['messages of a form', { errors: { password: ['is too short (minimum is 8 characters)'] } }],
    ['schemas', { properties: { password: { type: 'string', minLength: 8, required: true } } }],
    ['the working directory of a shell', { env: { PWD: '/srv/app', OLDPWD: '/srv' } }],
    ['placeholders', { apiKey: 'your-api-key-here', token: '<token>' }],
    ['scopes', { scopes: ['token:read', 'secret:write'] }],
  ])('%s stay', (_, value) => {
    expect(scrub(value)).toEqual(value);
  });

  test('a password stays none because it stands beside the type of a field or looks like a path elsewhere', () => {
    expect(
      scrub({
        credentials: { type: 'password', data: 'hunter2' },
        PWD: 'hunter2',
        password: '/srv/app',
        passwords: ['is too short (minimum is 8 characters)', 'hunter2'],
      }),
    ).toEqual({ credentials: NAMED, PWD: NAMED, password: NAMED, passwords: NAMED });
  });

  test('names and values that begin with a capital letter are a pair too', () => {
    expect(scrub({ Name: 'DB_PASSWORD', Value: 'x1y2z3' })).toEqual({ Name: 'DB_PASSWORD', Value: NAMED });
  });
});

describe('headers with several values', () => {
  test.each([
    ['Cookie: theme=dark; sid=k3Jd82hx; lang=en', 'Cookie: theme=dark; sid=[REDACTED:oauth_token]; lang=en'],
    [
      'Set-Cookie: id=k3Jd82hxQ1; Path=/; Max-Age=3600; HttpOnly',
      'Set-Cookie: id=[REDACTED:oauth_token]; Path=/; Max-Age=3600; HttpOnly',
    ],
    ['Cookie: theme=dark; consent=true', 'Cookie: theme=dark; consent=true'],
    [
      'Authorization: Digest username="jane", realm="api", response="k3Jd82hxQ1k3Jd82hxQ1"',
      'Authorization: Digest username="jane", realm="api", response="[REDACTED:oauth_token]"',
    ],
  ])('%s', (text, expected) => {
    expect(scrubber.scrubText(text)).toBe(expected);
  });
});
