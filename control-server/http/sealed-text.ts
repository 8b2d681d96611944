import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

/** Texts that travel through a browser, which can neither read nor change them. */
export interface SealedTexts {
  /** AES-256-GCM, as base64url. */
  seal(text: string): string;
  /** The text, or null for anything that was not sealed with the same secret. */
  unseal(sealed: string): string | null;
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * @param secret shared by all nodes that must read each other's; null: of this process alone
 * @param purpose keeps what is sealed for one purpose from being taken for another
 */
export function createSealedTexts(secret: string | null, purpose: string): SealedTexts {
  const key = Buffer.from(hkdfSync('sha256', secret ?? randomBytes(32), '', `stillframe ${purpose}`, 32));
  return {
    seal(text) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, body, cipher.getAuthTag()]).toString('base64url');
    },
    unseal(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      try {
        const body = bytes.subarray(NONCE_BYTES, -TAG_BYTES);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch {
        return null;
      }
    },
  };
}
