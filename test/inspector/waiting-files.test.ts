import { channel } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it } from 'vitest';
import { createWaitingFiles } from '../../src/inspector/waiting-files.ts';
import type { WaitingFiles } from '../../src/inspector/waiting-files.ts';

/** A clock that the test moves, and what was done by then. */
function start({ turnOnMs = 2, canListen = true } = {}) {
  let nowMs = 0;
  let timers: { readonly atMs: number; readonly callback: () => void }[] = [];
  const done: string[] = [];
  const files = createWaitingFiles({
    share: 0.01,
    turnOnMs: () => turnOnMs,
    monotonicNow: () => nowMs,
    later: (callback, delayMs) => void timers.push({ atMs: nowMs + delayMs, callback }),
    listen: () => {
      done.push('listen');
      return canListen;
    },
    lookAgain: () => done.push(`look at ${nowMs}`),
  });
  return {
    files,
    done: () => done.splice(0),
    pass(ms: number) {
      nowMs += ms;
      for (;;) {
        const due = timers.filter(({ atMs }) => atMs <= nowMs);
        if (due.length === 0) return;
        timers = timers.filter(({ atMs }) => atMs > nowMs);
        for (const { callback } of due) callback();
      }
    },
  };
}

const required = (step: 'start' | 'end', id: string): void =>
  channel(`tracing:module.require:${step}`).publish({ id });
const imported = (step: 'start' | 'asyncEnd', url: string): void =>
  channel(`tracing:module.import:${step}`).publish({ url });

let open: WaitingFiles | null = null;
afterEach(() => open?.close());

describe('a file that is waited for', () => {
  it('is looked for again, less and less often, while it is waited for', () => {
    const { files, done, pass } = start();
    open = files;
    files.watch(['/app/src/order.js']);
    pass(999);
    expect(done()).toEqual([]);
    pass(1);
    expect(done()).toEqual(['look at 1000']);
    files.watch(['/app/src/order.js']);
    pass(1_999);
    expect(done()).toEqual([]);
    pass(1);
    expect(done()).toEqual(['look at 3000']);
  });

  it('is heard of while a module of its name is required, whatever the program calls it', () => {
    const { files, done, pass } = start();
    open = files;
    files.watch(['/app/src/order.ts']);
    pass(1);
    required('start', './order');
    expect(files.isListening).toBe(true);
    required('end', './order');
    expect(files.isListening).toBe(false);
    expect(done()).toEqual(['listen', 'look at 1']);
  });

  it('is not heard of for modules of other names: a require may stand in a hot function', () => {
    const { files, done } = start();
    open = files;
    files.watch(['/app/src/order.ts']);
    for (const id of ['./orders', 'fs', 'node:order', 'left-pad']) required('start', id);
    expect(done()).toEqual([]);
    expect(files.isListening).toBe(false);
  });

  it('is heard of during every import, which does not say what it links', () => {
    const { files, done } = start();
    open = files;
    files.watch(['/app/src/order.ts']);
    imported('start', './plugin.js');
    imported('start', './other.js');
    imported('asyncEnd', './plugin.js');
    expect(files.isListening).toBe(true);
    imported('asyncEnd', './other.js');
    expect(files.isListening).toBe(false);
    expect(done()).toEqual(['listen', 'look at 0']);
  });

  it('is listened for at most ten seconds at a time', () => {
    const { files, pass } = start();
    open = files;
    files.watch(['/app/src/order.ts']);
    imported('start', './never.js');
    pass(9_999);
    expect(files.isListening).toBe(true);
    pass(1);
    expect(files.isListening).toBe(false);
  });

  it('never takes more of the thread than its share: an import that comes too soon is looked at later', () => {
    const { files, done, pass } = start({ turnOnMs: 20 });
    open = files;
    files.watch(['/app/src/order.ts']);
    imported('start', './a.js');
    imported('asyncEnd', './a.js');
    done();
    imported('start', './b.js');
    imported('asyncEnd', './b.js');
    expect(files.isListening).toBe(false);
    pass(1_999);
    expect(done()).toEqual([]);
    pass(1);
    expect(done()).toEqual(['look at 2000']);
  });

  it('is not heard of once nothing is waited for', () => {
    const { files, done, pass } = start();
    open = files;
    files.watch(['/app/src/order.ts']);
    files.watch([]);
    imported('start', './a.js');
    pass(60_000);
    expect(done()).toEqual([]);
  });

  it('stays unheard of by messages of any shape, which anyone may publish', () => {
    const { files, done } = start();
    open = files;
    files.watch(['/app/src/order.ts']);
    for (const message of [
      null,
      'order',
      {},
      { id: 7 },
      {
        get id() {
          throw new Error('a getter ran');
        },
      },
    ]) {
      channel('tracing:module.require:start').publish(message);
    }
    expect(done()).toEqual([]);
  });
});
