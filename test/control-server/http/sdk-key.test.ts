import { createHash, timingSafeEqual } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import {
  checkSdkKey,
  createSdkKeySecret,
  parseSdkKey,
  readSdkKeyText,
} from '../../../control-server/http/sdk-key.ts';

vi.mock('node:crypto', async (importOriginal) => {
  const crypto = await importOriginal<typeof import('node:crypto')>();
  return { ...crypto, timingSafeEqual: vi.fn<typeof timingSafeEqual>(crypto.timingSafeEqual) };
});

describe('createSdkKeySecret', () => {
  test('makes a key of the documented form, whose secret only its hash remembers', () => {
    const { id, text, secretHash } = createSdkKeySecret();
    expect(text).toMatch(/^sf_[a-z0-9]{12}_[A-Za-z0-9_-]{43}$/);
    expect(text.slice(3, 15)).toBe(id);
    expect(secretHash).toBe(createHash('sha256').update(text.slice(16)).digest('hex'));
  });

  test('makes no key twice', () => {
    const made = Array.from({ length: 200 }, () => createSdkKeySecret());
    expect(new Set(made.map(({ id }) => id)).size).toBe(200);
    // 256 random bits: no place of the secret is the same in all of them.
    const secrets = made.map(({ text }) => text.slice(16));
    for (let at = 0; at < 43; at++)
      expect(new Set(secrets.map((secret) => secret[at])).size).toBeGreaterThan(1);
    expect(new Set(made.map(({ secretHash }) => secretHash)).size).toBe(200);
  });
});

describe('parseSdkKey', () => {
  const secret = `${'a'.repeat(41)}_-`;

  test('reads id and secret, also of a secret with underscores', () => {
    expect(parseSdkKey(`sf_abcdefgh0123_${secret}`)).toEqual({ id: 'abcdefgh0123', secret });
  });

  test.each([
    ['empty', ''],
    ['of another product', 'ctxio_test_key'],
    ['that is a personal token', `sfp_abcdefgh0123_${secret}`],
    ['with a short id', `sf_abc_${secret}`],
    ['with an upper-case id', `sf_ABCDEFGH0123_${secret}`],
    ['with a short secret', `sf_abcdefgh0123_${secret.slice(1)}`],
    ['with a long secret', `sf_abcdefgh0123_${secret}x`],
    ['with a line break behind it', `sf_abcdefgh0123_${secret}\n`],
  ])('refuses a key %s', (_, text) => {
    expect(parseSdkKey(text)).toBeNull();
  });
});

describe('readSdkKeyText', () => {
  test('takes X-API-Key first, a Bearer token else, and trims what a shell left behind', () => {
    expect(readSdkKeyText({ 'x-api-key': ' one ', authorization: 'Bearer two' })).toBe('one');
    expect(readSdkKeyText({ authorization: 'bearer two' })).toBe('two');
  });

  test('finds none in an empty header, in Basic credentials or without headers', () => {
    expect(readSdkKeyText({ 'x-api-key': '' })).toBeNull();
    expect(readSdkKeyText({ authorization: 'Basic dXNlcjpwYXNz' })).toBeNull();
    expect(readSdkKeyText({})).toBeNull();
  });
});

const NOW = Date.parse('2026-11-21T10:00:00.000Z');

async function broken(): Promise<null> {
  throw new Error('no database');
}

describe('checkSdkKey', () => {
  const made = createSdkKeySecret();
  const record = { id: made.id, secretHash: made.secretHash, revokedAt: null, expiresAt: null };
  const readKey = async (id: string): Promise<typeof record | null> => (id === made.id ? record : null);

  test('hands out the record of a valid key', async () => {
    await expect(checkSdkKey(made.text, readKey, NOW)).resolves.toBe(record);
  });

  test('hands out nothing for a wrong secret, an unknown id or text that is no key', async () => {
    const other = createSdkKeySecret();
    await expect(checkSdkKey(`sf_${made.id}_${other.text.slice(16)}`, readKey, NOW)).resolves.toBeNull();
    await expect(checkSdkKey(other.text, readKey, NOW)).resolves.toBeNull();
    await expect(checkSdkKey('ctxio_test_key', readKey, NOW)).resolves.toBeNull();
  });

  test('compares hashes in constant time, also for an id that nobody has', async () => {
    const wrong = `sf_${made.id}_${'A'.repeat(43)}`;
    for (const text of [made.text, wrong, createSdkKeySecret().text]) {
      vi.mocked(timingSafeEqual).mockClear();
      await checkSdkKey(text, readKey, NOW);
      expect(timingSafeEqual).toHaveBeenCalledTimes(1);
      expect(vi.mocked(timingSafeEqual).mock.calls[0]?.map(({ byteLength }) => byteLength)).toEqual([32, 32]);
    }
  });

  test('hands out nothing for a revoked key', async () => {
    const revoked = { ...record, revokedAt: '2026-11-20T00:00:00.000Z' };
    await expect(checkSdkKey(made.text, async () => revoked, NOW)).resolves.toBeNull();
  });

  test('hands out nothing when the stored hash is damaged', async () => {
    await expect(
      checkSdkKey(made.text, async () => ({ ...record, secretHash: 'ab' }), NOW),
    ).resolves.toBeNull();
  });

  test('fails when the look-up fails: an error is never a permission', async () => {
    await expect(checkSdkKey(made.text, broken, NOW)).rejects.toThrow('no database');
  });
});
