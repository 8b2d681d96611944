/** How much of something each key has, of which no key may have more than half: so that others come through. */
export interface KeyShares {
  add(keyId: string, amount: number): void;
  /** What the key may still have. */
  roomFor(keyId: string): number;
}

/** Nobody has anything yet. */
export function createKeyShares(max: number): KeyShares {
  const byKey = new Map<string, number>();
  let all = 0;
  return {
    add(keyId, amount) {
      all += amount;
      const ofKey = (byKey.get(keyId) ?? 0) + amount;
      if (ofKey > 0) byKey.set(keyId, ofKey);
      else byKey.delete(keyId);
    },
    roomFor: (keyId) => Math.min(max - all, max / 2 - (byKey.get(keyId) ?? 0)),
  };
}
