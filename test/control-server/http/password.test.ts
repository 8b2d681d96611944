import { describe, expect, it } from 'vitest';
import { createPasswords } from '../../../control-server/http/password.ts';

describe('passwords', () => {
  it('verify against their hash, and nothing else does', async () => {
    const passwords = createPasswords();
    const stored = await passwords.hash('correct horse battery');
    expect(stored).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
    expect(await passwords.verify('correct horse battery', stored)).toBe(true);
    expect(await passwords.verify('correct horse batterY', stored)).toBe(false);
  });

  it('are the same however an umlaut is composed', async () => {
    const passwords = createPasswords();
    const stored = await passwords.hash('gr\u00fcne Wiese!');
    expect(await passwords.verify('gru\u0308ne Wiese!', stored)).toBe(true);
  });

  it('are never right for an unknown name or a stored text that is no hash', async () => {
    const passwords = createPasswords();
    expect(await passwords.verify('whatever it is', null)).toBe(false);
    expect(await passwords.verify('', '')).toBe(false);
    expect(await passwords.verify('x', 'scrypt$1$1$1$$')).toBe(false);
  });

  it('are checked eight at a time; the ninth is told to come back', async () => {
    const passwords = createPasswords();
    const checks = Array.from({ length: 9 }, () => passwords.verify('x', null));
    const settled = await Promise.allSettled(checks);
    expect(settled.slice(0, 8).every((check) => check.status === 'fulfilled')).toBe(true);
    expect(settled[8]).toMatchObject({
      status: 'rejected',
      reason: { status: 429, code: 'too_many_sign_ins' },
    });
    expect(await passwords.verify('x', null)).toBe(false);
  });
});
