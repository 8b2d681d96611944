import { describe, expect, it, onTestFinished } from 'vitest';
import { createLateLink } from '../../src/late-link.ts';
import type { LinkStatus, ServerLink } from '../../src/server-link.ts';
import { aBreakpoint } from '../helpers/a-breakpoint.ts';
import { aSnapshot } from '../helpers/a-snapshot.ts';

const OPEN: LinkStatus = {
  connection: 'open',
  breaker: 'closed',
  queued: 0,
  unconfirmed: 0,
  lastError: null,
  accessDenied: false,
};
const registration = {
  serviceName: 'shop',
  label: 'checkout',
  filePath: 'a.ts',
  lineNumber: 1,
  functionName: 'f',
};

/** A link that writes down what reaches it, behind one that is loaded when the test says so. */
function setUp(): {
  readonly link: ServerLink;
  readonly heard: string[];
  readonly lost: string[];
  /** Why there will be none, once it was said. */
  readonly unusable: string[];
  load(): Promise<void>;
  fail(): Promise<void>;
} {
  const heard: string[] = [];
  const lost: string[] = [];
  const unusable: string[] = [];
  const real: ServerLink = {
    start: () => void heard.push('start'),
    submit: (snapshot) => void heard.push(`submit ${snapshot.label}`),
    register: async ({ label }) => {
      heard.push(`register ${label}`);
      return aBreakpoint({ label });
    },
    reportBreakpoint: ({ state }) => void heard.push(`report ${state}`),
    reportSoon: () => void heard.push('report soon'),
    async answerSource(requestId) {
      heard.push(`answer ${requestId}`);
      return true;
    },
    dropQueued: (reason) => void heard.push(`drop ${reason}`),
    flush: async () => {
      heard.push('flush');
      return { unsent: 0 };
    },
    status: () => OPEN,
    close: async () => void heard.push('close'),
  };
  const { promise, resolve, reject } = Promise.withResolvers<ServerLink>();
  // It may fail before the link asks for it.
  promise.catch(() => {});
  const link = createLateLink(
    () => promise,
    {
      onDrop: (reason, count, labels) => void lost.push(`${reason} ${count} ${labels.join()}`),
      onUnusable: (why) => void unusable.push(why),
    },
    () => performance.now(),
  );
  const settle = (): Promise<void> => new Promise((done) => setTimeout(done, 5));
  return {
    link,
    heard,
    lost,
    unusable,
    load: () => {
      resolve(real);
      return settle();
    },
    fail: () => {
      reject(new Error('no such module'));
      return settle();
    },
  };
}

describe('a link that is loaded late', () => {
  it('keeps what it is given until it is loaded, and hands it over in order', async () => {
    const { link, heard, load } = setUp();
    link.start();
    link.submit(aSnapshot({ label: 'one' }), 'one');
    link.submit(aSnapshot({ label: 'two' }), 'two');
    link.reportBreakpoint({ type: 'breakpoint_status', breakpointId: 'b', state: 'installed', reason: null });
    const asked = link.register(registration);
    expect(link.status()).toEqual({ ...OPEN, connection: 'connecting', queued: 2 });
    expect(heard).toEqual([]);
    await load();
    expect(heard).toEqual(['start', 'report installed', 'submit one', 'submit two', 'register checkout']);
    expect((await asked)?.label).toBe('checkout');
    expect(link.status()).toEqual(OPEN);
    link.submit(aSnapshot({ label: 'three' }), 'three');
    expect(heard.at(-1)).toBe('submit three');
  });

  it('lets go of what waits when a kill asks for it', async () => {
    const { link, heard, lost, load } = setUp();
    link.start();
    link.submit(aSnapshot({}), 'checkout');
    link.dropQueued('killed');
    await load();
    expect(lost).toEqual(['killed 1 checkout']);
    expect(heard).toEqual(['start']);
  });

  it('never starts what is loaded after it was closed, and counts what waited', async () => {
    const { link, heard, lost, load } = setUp();
    link.start();
    await new Promise((resolve) => setImmediate(resolve));
    link.submit(aSnapshot({}), 'checkout');
    await link.close(100);
    link.submit(aSnapshot({}), 'checkout');
    await load();
    expect(heard).toEqual(['close']);
    expect(lost).toEqual(['shutdown 1 checkout', 'shutdown 1 checkout']);
    expect(link.status().connection).toBe('closed');
  });

  it('waits for itself in a flush, no longer than it is given', async () => {
    const { link, heard, load } = setUp();
    link.start();
    link.submit(aSnapshot({}), 'checkout');
    expect(await link.flush(10)).toEqual({ unsent: 1 });
    const flushed = link.flush(5_000);
    await load();
    expect(await flushed).toEqual({ unsent: 0 });
    expect(heard).toContain('flush');
  });

  it('counts what can never be sent when it cannot be loaded, and says why', async () => {
    const { link, lost, unusable, fail } = setUp();
    link.start();
    link.submit(aSnapshot({}), 'checkout');
    await fail();
    link.submit(aSnapshot({}), 'checkout');
    expect(lost).toEqual(['send 1 checkout', 'send 1 checkout']);
    expect(link.status().lastError).toBe('the connection could not be loaded: no such module');
    expect(unusable).toEqual(['no such module']);
    expect(await link.register(registration)).toBeNull();
    expect(await link.flush(5_000)).toEqual({ unsent: 0 });
  });

  it('keeps to itself that what was loaded cannot start', async () => {
    const lost: string[] = [];
    const broken = {
      start() {
        throw new Error('no sockets left');
      },
    } as unknown as ServerLink;
    const link = createLateLink(
      async () => broken,
      {
        onDrop: (reason, count) => void lost.push(`${reason} ${count}`),
        onUnusable: (why) => void lost.push(`unusable: ${why}`),
      },
      () => performance.now(),
    );
    link.start();
    link.submit(aSnapshot({}), 'checkout');
    expect(await link.flush(5_000)).toEqual({ unsent: 0 });
    expect(lost).toEqual(['send 1', 'unusable: no sockets left']);
    expect(link.status().lastError).toBe('the connection could not be loaded: no sockets left');
  });

  it('keeps to itself that what was loaded cannot take what waited', async () => {
    const rejections: unknown[] = [];
    const note = (reason: unknown): void => void rejections.push(reason);
    process.on('unhandledRejection', note);
    onTestFinished(() => void process.off('unhandledRejection', note));
    const link = createLateLink(
      async () =>
        ({
          start() {},
          submit() {
            throw new Error('out of memory');
          },
          status: () => OPEN,
        }) as unknown as ServerLink,
      { onDrop() {}, onUnusable() {} },
      () => performance.now(),
    );
    link.start();
    link.submit(aSnapshot({}), 'checkout');
    await expect.poll(() => link.status().connection).toBe('open');
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(rejections).toEqual([]);
  });
});
