import { afterEach, describe, expect, it } from 'vitest';
import { captureStack } from '../../src/capture/call-site.ts';
import type { StackFrame } from '../../src/protocol/snapshot.ts';

function capture(): readonly StackFrame[] {
  return captureStack(capture, 20).frames();
}

const originalLimit = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit');
const originalPrepare = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');

afterEach(() => {
  Object.defineProperty(
    Error,
    'stackTraceLimit',
    originalLimit ?? { value: 10, writable: true, configurable: true },
  );
  if (originalPrepare === undefined) Reflect.deleteProperty(Error, 'prepareStackTrace');
  else Object.defineProperty(Error, 'prepareStackTrace', originalPrepare);
});

describe('stack walk', () => {
  it("leaves the host's stackTraceLimit and prepareStackTrace as they were", () => {
    const prepare = (): string => 'mine';
    Error.stackTraceLimit = 3;
    Error.prepareStackTrace = prepare;
    expect(capture().length).toBeGreaterThan(3);
    expect(Error.stackTraceLimit).toBe(3);
    expect(Error.prepareStackTrace).toBe(prepare);
  });

  it('leaves no prepareStackTrace behind where there was none', () => {
    Reflect.deleteProperty(Error, 'prepareStackTrace');
    expect(capture().length).toBeGreaterThan(0);
    expect(Object.hasOwn(Error, 'prepareStackTrace')).toBe(false);
  });

  it("is read a turn later without the host's prepareStackTrace, whenever that was set", async () => {
    let calls = 0;
    const take = (): ReturnType<typeof captureStack> => captureStack(take, 20);
    const stack = take();
    const here = capture()[0];
    Error.prepareStackTrace = () => ++calls;
    await new Promise((resolve) => setImmediate(resolve));
    const frames = stack.frames();
    expect(calls).toBe(0);
    expect(frames[0]?.filePath).toBe(here?.filePath);
    expect(frames[0]?.lineNumber).toBe((here?.lineNumber ?? 0) - 1);
    expect(stack.frames()).toBe(frames);
  });

  it('gives an empty stack, and touches nothing, when the host made the properties read-only or computed', () => {
    Object.defineProperty(Error, 'stackTraceLimit', { value: 5, writable: false, configurable: true });
    expect(capture()).toEqual([]);
    let reads = 0;
    Object.defineProperty(Error, 'stackTraceLimit', { get: () => ++reads, configurable: true });
    expect(capture()).toEqual([]);
    expect(reads).toBe(0);
  });

  it('keeps at most as many frames as asked for, nearest first, without its own', () => {
    function outer(): readonly StackFrame[] {
      return inner();
    }
    function inner(): readonly StackFrame[] {
      return limited();
    }
    function limited(): readonly StackFrame[] {
      return captureStack(limited, 2).frames();
    }
    expect(outer().map((frame) => frame.functionName)).toEqual(['inner', 'outer']);
  });

  it('runs nothing of the host to name a frame: no Proxy, no getter, no toStringTag', () => {
    let runs = 0;
    const ran = (): undefined => void (runs += 1);
    const trapped = new Proxy(
      {},
      { get: ran, getOwnPropertyDescriptor: ran, getPrototypeOf: () => (ran(), null) },
    );
    const receivers = [
      trapped,
      Object.create(trapped) as object,
      Object.defineProperties({}, { constructor: { get: ran }, [Symbol.toStringTag]: { get: ran } }),
    ];
    for (const receiver of receivers) {
      for (const call of [
        named,
        (() =>
          function (this: unknown) {
            return capture();
          })(),
      ]) {
        expect(call.call(receiver).length).toBeGreaterThan(0);
      }
    }
    function named(this: unknown): readonly StackFrame[] {
      return capture();
    }
    expect(runs).toBe(0);
  });

  it('says how long a name is that nobody can read, instead of a part of it', () => {
    const call = Object.defineProperty(() => capture(), 'name', { value: 'x'.repeat(1_000_000) });
    expect(call()[0]?.functionName).toBe('<a name of 1000000 characters>');
  });
});
