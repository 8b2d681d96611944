import { afterEach, describe, expect, it } from 'vitest';
import { captureFrames, isApplicationCode } from '../../src/capture/call-site.ts';

function capture(): ReturnType<typeof captureFrames> {
  return captureFrames(capture, 20);
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

  it('gives an empty stack, and touches nothing, when the host made the properties read-only or computed', () => {
    Object.defineProperty(Error, 'stackTraceLimit', { value: 5, writable: false, configurable: true });
    expect(capture()).toEqual([]);
    let reads = 0;
    Object.defineProperty(Error, 'stackTraceLimit', { get: () => ++reads, configurable: true });
    expect(capture()).toEqual([]);
    expect(reads).toBe(0);
  });

  it('keeps at most as many frames as asked for, nearest first, without its own', () => {
    function outer(): ReturnType<typeof captureFrames> {
      return inner();
    }
    function inner(): ReturnType<typeof captureFrames> {
      return limited();
    }
    function limited(): ReturnType<typeof captureFrames> {
      return captureFrames(limited, 2);
    }
    expect(outer().map((frame) => frame.functionName)).toEqual(['inner', 'outer']);
  });

  it.each([
    ['/app/src/order.ts', true],
    ['/app/node_modules/fastify/lib/reply.js', false],
    ['C:\\app\\node_modules\\fastify\\reply.js', false],
    ['node:internal/process/task_queues', false],
    ['C:\\app\\order.js', true],
  ])('takes %s for own code: %s', (file, expected) => {
    expect(isApplicationCode(file)).toBe(expected);
  });
});
