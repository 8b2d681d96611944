import { describe, expect, it } from 'vitest';
import { createOneTimeCodes } from '../../../control-server/http/one-time-code.ts';

describe('one-time codes', () => {
  it('work once', () => {
    const codes = createOneTimeCodes(1_000, () => 0);
    const code = codes.issue();
    expect(codes.redeem(code)).toBe(true);
    expect(codes.redeem(code)).toBe(false);
  });

  it('work until the last millisecond of their life and not at its end', () => {
    let now = 0;
    const codes = createOneTimeCodes(1_000, () => now);
    const [early, late] = [codes.issue(), codes.issue()];
    now = 999;
    expect(codes.redeem(early)).toBe(true);
    now = 1_000;
    expect(codes.redeem(late)).toBe(false);
  });

  it('are independent of each other, and 256 bits long', () => {
    const codes = createOneTimeCodes(1_000, () => 0);
    const [first, second] = [codes.issue(), codes.issue()];
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(codes.redeem(second)).toBe(true);
    expect(codes.redeem(first)).toBe(true);
  });

  it('refuse what was never issued', () => {
    const codes = createOneTimeCodes(1_000, () => 0);
    codes.issue();
    for (const guess of ['', 'x', 'A'.repeat(43)]) expect(codes.redeem(guess)).toBe(false);
  });

  it('keep the sixteen newest and forget all when cleared', () => {
    const codes = createOneTimeCodes(1_000, () => 0);
    const issued = Array.from({ length: 17 }, () => codes.issue());
    expect(codes.redeem(issued[0] ?? '')).toBe(false);
    expect(codes.redeem(issued[1] ?? '')).toBe(true);
    codes.clear();
    expect(codes.redeem(issued[16] ?? '')).toBe(false);
  });
});
