import { Buffer, isUtf8 as nodeIsUtf8 } from 'node:buffer';
import process from 'node:process';
import { URL, URLSearchParams } from 'node:url';
import { getterOf, methodOf, uncurryThis } from './uncurry.ts';
import type { Method } from './uncurry.ts';

// oxlint-disable typescript/unbound-method, typescript/no-unsafe-type-assertion

/* What the copy uses of Node's own classes, taken once when this module loads, as `intrinsics.ts` does for the language. */

export const BufferPrototype: object = Buffer.prototype;
export const URLPrototype: object = URL.prototype;
export const URLSearchParamsPrototype: object = URLSearchParams.prototype;

// Buffer's native methods: they are own properties of Buffer.prototype, and unlike `write` and `toString` call nothing
// that an application could have replaced.
export const allocUnsafeSlow: (size: number) => Uint8Array = Buffer.allocUnsafeSlow;
export const utf8Length: (text: string) => number = Buffer.byteLength;
export const isUtf8: (bytes: Uint8Array) => boolean = nodeIsUtf8;
export const latin1Write: (self: unknown, text: string, offset: number, length: number) => number = methodOf(
  Buffer.prototype,
  'latin1Write',
);
export const latin1Slice: (self: unknown, start: number, end: number) => string = methodOf(
  Buffer.prototype,
  'latin1Slice',
);
export const utf16Write: (self: unknown, text: string, offset: number, length: number) => number = methodOf(
  Buffer.prototype,
  'ucs2Write',
);
export const utf16Slice: (self: unknown, start: number, end: number) => string = methodOf(
  Buffer.prototype,
  'ucs2Slice',
);
export const utf8Slice: (self: unknown, start: number, end: number) => string = methodOf(
  Buffer.prototype,
  'utf8Slice',
);

export const urlHref: (self: unknown) => string = getterOf(URL.prototype, 'href');
export const urlSearchParams: (self: unknown) => object = getterOf(URL.prototype, 'searchParams');
export const searchParamsToString: unknown = Object.getOwnPropertyDescriptor(
  URLSearchParams.prototype,
  'toString',
)?.value;

// Node's own code behind these uses nothing that a program could patch.
export const searchParamsSize: (self: unknown) => number = getterOf(URLSearchParams.prototype, 'size');
export const searchParamsEntries: (self: unknown) => object = methodOf(URLSearchParams.prototype, 'entries');
export const nextOfSearchParams: (self: unknown) => IteratorResult<readonly [string, string], undefined> =
  methodOf(Object.getPrototypeOf(new URLSearchParams().entries()) as object, 'next');

/** Node's getters of a DOMException, which shows its name and message by nothing else. */
const domExceptionGetters: readonly unknown[] = ['name', 'message', 'code'].map(
  (name) => Object.getOwnPropertyDescriptor(DOMException.prototype, name)?.get,
);
const callGetter = uncurryThis(Function.prototype.call as Method<unknown, [self: unknown], unknown>);
/** True for one of Node's getters of a DOMException: reading by it runs no code of the program. */
export function isDomExceptionGetter(getter: unknown): boolean {
  for (let index = 0; index < domExceptionGetters.length; index++) {
    if (domExceptionGetters[index] === getter) return getter !== undefined;
  }
  return false;
}
/** Reads by a getter; throws where it does not belong to the object. */
export function readBy(getter: unknown, self: unknown): unknown {
  return callGetter(getter, self);
}

const { cpuUsage, resourceUsage, threadCpuUsage } = process;
/** Milliseconds that never go back. */
export const readClockMs: () => number = performance.now.bind(performance);

/** Milliseconds that this thread has worked: unlike a clock, this stands still while the thread does. */
export function readThreadCpuMs(): number {
  try {
    // Linux books a thread's work once a tick of some milliseconds, and of the asking thread when it is asked for its process.
    // Unasked, the work of a whole tick would come in whatever the thread waits in, and look like its own.
    cpuUsage();
    const { user, system } = threadCpuUsage();
    return (user + system) / 1_000;
  } catch {
    // A system that does not tell it tells it never, so the difference of two readings is still one of one clock.
    return readClockMs();
  }
}

/** How often this process has waited for memory that had to be read from disk; 0 where the system does not tell it. */
export function readMajorPageFaults(): number {
  try {
    return resourceUsage().majorPageFault;
  } catch {
    return 0;
  }
}
