import { describe, expect, it } from 'vitest';
import { createLaterTurn } from '../../src/later-turn.ts';

describe('later turn', () => {
  it('does nothing before it returns, then one piece a turn, in order', async () => {
    const done: number[] = [];
    const work = createLaterTurn<number>(async (item) => () => void done.push(item));
    work.add(1);
    work.add(2);
    expect(done).toEqual([]);
    expect(work.size).toBe(2);
    await work.idle();
    expect(done).toEqual([1, 2]);
    expect(work.size).toBe(0);
  });

  it('goes on after a piece that failed', async () => {
    const done: number[] = [];
    const work = createLaterTurn<number>(async (item) => {
      if (item === 1) throw new Error('one');
      return () => void done.push(item);
    });
    work.add(1);
    work.add(2);
    await work.idle();
    expect(done).toEqual([2]);
  });

  it('lets go of what has not begun, and hands it back', async () => {
    const work = createLaterTurn<number>(async () => () => {});
    for (const item of [1, 2, 3]) work.add(item);
    expect(work.clear()).toEqual([1, 2, 3]);
    await work.idle();
    expect(work.size).toBe(0);
  });

  it('counts a piece no longer when its last step runs, which may put it somewhere else', async () => {
    const sizes: number[] = [];
    const work = createLaterTurn<number>(async () => () => void sizes.push(work.size));
    work.add(1);
    work.add(2);
    await work.idle();
    expect(sizes).toEqual([1, 0]);
  });

  it('goes on after a last step that throws', async () => {
    const done: number[] = [];
    const work = createLaterTurn<number>(async (item) => () => {
      if (item === 1) throw new Error('one');
      done.push(item);
    });
    work.add(1);
    work.add(2);
    await work.idle();
    expect(done).toEqual([2]);
  });

  it('is idle from the start', async () => {
    await createLaterTurn(async () => () => {}).idle();
  });
});
