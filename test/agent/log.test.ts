import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/log.ts';

describe('log', () => {
  it('says the same thing at most once a minute', () => {
    const said: string[] = [];
    let now = 0;
    const log = createLog({ sink: { warn: (text) => void said.push(text) }, debug: false, now: () => now });
    log.warn('A', 'first');
    now = 59_999;
    log.warn('A', 'second');
    log.warn('B', 'other');
    now = 60_000;
    log.warn('A', 'third');
    expect(said).toEqual(['stillframe: first (A)', 'stillframe: other (B)', 'stillframe: third (A)']);
  });

  it('tells two misconfigurations of one code, each once', () => {
    const said: string[] = [];
    const log = createLog({ sink: { warn: (text) => void said.push(text) }, debug: false, now: () => 0 });
    for (const text of ['one', 'two', 'one']) log.problem('BAD', text);
    expect(said).toEqual(['stillframe: one (BAD)', 'stillframe: two (BAD)']);
  });

  it('survives a logger that throws, or whose promise rejects', async () => {
    for (const warn of [
      () => {
        throw new Error('mine');
      },
      () => Promise.reject(new Error('mine')),
      () => runInNewContext(`Promise.reject(new Error('of another realm'))`) as unknown,
    ]) {
      createLog({ sink: { warn }, debug: true, now: () => 0 }).warn('A', 'text');
    }
    await new Promise((resolve) => setImmediate(resolve));
  });

  it('tells a misconfiguration through process.emitWarning where there is no logger', async () => {
    const warned = new Promise<Error & { code?: string }>((resolve) => process.once('warning', resolve));
    createLog({ sink: null, debug: false, now: () => 0 }).problem('STILLFRAME_X', 'text');
    expect(await warned).toMatchObject({ name: 'StillframeWarning', code: 'STILLFRAME_X', message: 'text' });
  });

  it('keeps a change of state to itself where there is neither a logger nor debug', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on('warning', listen);
    createLog({ sink: null, debug: false, now: () => 0 }).warn('STILLFRAME_Y', 'text');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listen);
    expect(warnings).toEqual([]);
  });
});
