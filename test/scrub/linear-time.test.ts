import { describe, expect, test } from 'vitest';
import { readThreadCpuMs } from '../../src/copy/node-intrinsics.ts';
import { createSnapshotScrubber } from '../../src/scrub/snapshot-scrubber.ts';

/** Texts that make bad expressions backtrack or naive finders read again, by what they repeat. */
const PUMPS: readonly string[] = [
  'a.',
  'a@',
  'a@a.',
  '"@',
  '1',
  '1 ',
  '1-',
  '1.',
  '4111 ',
  '123-45-',
  '+1 ',
  '(415) ',
  'eyJ',
  'eyJ.',
  'eyJhbGciOiJIUzI1NiJ9.',
  '-----BEGIN PRIVATE KEY-----',
  `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(64)}\n`,
  '-----BEGIN ',
  '-----END ',
  'password',
  'password=',
  'password="',
  "password:'",
  'password=$',
  '{"password":"',
  'key=',
  'token ',
  'aws ',
  'AKIA',
  'ghp_-',
  'xoxb-',
  '://',
  '://a:b@',
  'Bearer a',
  'Basic YWE6',
  '<password ',
  '"kty":{',
  'LS0tLS1CRUdJTi',
  'Cookie: a=',
  'Cookie: a=b; ',
  'Set-Cookie: a=b;',
  'Authorization: OAuth ',
  'Authorization: Digest response=',
  '-----BEGIN%20PRIVATE%20KEY-----',
  'user:@tcp(',
  'jdbc:oracle:thin:a/',
  'login -u ',
  'name: password\n',
  'password: |\n  ',
  'password string = ',
  'setPassword("',
  '<p name="password" ',
  '\u001b[31msk_',
  'pi_aaaaaaaaaaaa_secret_',
  'acme_pat_',
  'must be password ',
  'Authorization: ',
  'mysql -',
  'curl -u ',
  '密码',
  'ａ',
  '[REDACTED:email]',
  '[REDACTED:',
  '3Q~',
  'tokens: ["a","',
  `${'A'.repeat(40)} aws `,
  'bearer:',
  '：cvc',
  'pin：',
  'IQoJb3JpZ2luX2Vj',
  'ya29.eyJhbGciOiJIUzI1NiJ9',
  'eyJhbGciOiJIUzI1NiJ9.eyJrIjoi',
  ':cvv',
  '`key=',
  '["key=',
  'AUTH key=',
  'access key\\u003d',
  '密码:"',
  '"kty}',
  'otp:"',
  'mdp="',
  'password=curl ',
  'name,password\na,b\n',
  'token,v\nv,token\n',
  `${'password,'.repeat(50)}\n`,
  'htpasswd -b ',
  'net use \\\\a ',
  'Authorization: Token token=',
  'discord MTIz.',
  'airtable pat',
  '*:*:*:a:',
  'password "',
  'build 415-555-2671 ',
];

/** Of work, however long the machine lets it wait: linear finders take tenths of a second, what is quadratic takes minutes for 800 KB. */
const DEADLINE_MS = 15_000;

describe('no text takes more than linear time', () => {
  test.each(PUMPS)('%j', (pump) => {
    const { scrubText } = createSnapshotScrubber({}, { budgetMs: DEADLINE_MS, now: readThreadCpuMs });
    const startedAt = readThreadCpuMs();
    for (const size of [200_000, 800_000]) {
      const text = pump.repeat(Math.ceil(size / pump.length)).slice(0, size);
      expect(scrubText(text)).not.toBe('[REDACTED:unscanned]');
    }
    expect(readThreadCpuMs() - startedAt).toBeLessThan(2 * DEADLINE_MS);
  });
});

/** What makes a reader of expressions walk far for nothing, in code. */
const CODE_PUMPS: readonly string[] = [
  'password=\n',
  'password=//',
  'password=/*',
  'password=`',
  'password=`${',
  'password="\n',
  "password='\\",
  'password=(',
  'password=a+',
  'password+',
  'password=a.password.',
  'password=a["password"]',
  'password: a=',
  'password:                    ',
  'password:string ',
  'password ?? ',
  'password="" + ',
  'password="a"\n+"b"\n+',
  'setPassword(\n',
  'key=\n"a"+\n',
  '"password":\n',
];

describe('no code takes more than linear time', () => {
  test.each([...CODE_PUMPS, ...PUMPS])('%j', (pump) => {
    const { scrubLines } = createSnapshotScrubber({}, { budgetMs: DEADLINE_MS, now: readThreadCpuMs });
    const startedAt = readThreadCpuMs();
    const text = pump.repeat(Math.ceil(400_000 / pump.length)).slice(0, 400_000);
    expect(scrubLines(text).types).not.toContain('unscanned');
    expect(readThreadCpuMs() - startedAt).toBeLessThan(2 * DEADLINE_MS);
  });
});
