import { describe, expect, it } from 'vitest';
import { resolveSource, toFilePath } from '../../src/capture/file-path.ts';

describe('a file', () => {
  it.each([
    ['file:///app/src/order.ts', '/app/src/order.ts'],
    ['file:///app/a%20b/%C3%BCber%23%25%3F.mjs', '/app/a b/über#%?.mjs'],
    ['file:///app/order.mjs?v=2#x', '/app/order.mjs'],
    ['file://localhost/app/order.mjs', '/app/order.mjs'],
    ['file:///C:/app/a%20b.ts', 'C:\\app\\a b.ts'],
    ['file:///c:/app/%C3%BC.ts?v=1', 'c:\\app\\ü.ts'],
    ['file://server/share/app/a.ts', '\\\\server\\share\\app\\a.ts'],
    ['C:\\app\\a.ts', 'C:\\app\\a.ts'],
    ['\\\\server\\share\\a.ts', '\\\\server\\share\\a.ts'],
    ['node:internal/process/task_queues', 'node:internal/process/task_queues'],
    ['file:///app/%zz.ts', 'file:///app/%zz.ts'],
    ['file:///app/a%2Fb.ts', 'file:///app/a%2Fb.ts'],
    ['rules/discount.js', 'rules/discount.js'],
  ])('that V8 calls %s is %s, on every system', (name, path) => {
    expect(toFilePath(name)).toBe(path);
  });

  it.each([
    ['../src/order.ts', '', '/app/dist/order.js.map', '/app/src/order.ts'],
    ['order.ts', '../src', '/app/dist/order.js.map', '/app/src/order.ts'],
    ['order.ts', '/home/ci/src/', '/app/dist/order.js.map', '/home/ci/src/order.ts'],
    ['/home/ci/src/order.ts', '../src', '/app/dist/order.js.map', '/home/ci/src/order.ts'],
    ['a#b?c.ts', '', '/app/dist/order.js.map', '/app/dist/a#b?c.ts'],
    ['webpack://shop/./src/order.ts', '', '/app/dist/order.js.map', 'webpack://shop/./src/order.ts'],
    ['./src/order.ts', 'webpack://shop/', '/app/dist/order.js.map', 'webpack://shop/./src/order.ts'],
    ['file:///app/src/a%20b.ts', '', '/app/dist/order.js.map', '/app/src/a b.ts'],
    ['order.ts', 'file:///app/src', '/app/dist/order.js.map', '/app/src/order.ts'],
    ['../src/order.ts', '', 'C:\\app\\dist\\order.js.map', 'C:\\app\\src\\order.ts'],
    ['../src/order.ts', '', '\\\\server\\share\\dist\\order.js.map', '\\\\server\\share\\src\\order.ts'],
    ['C:\\ci\\src\\order.ts', '', 'C:\\app\\dist\\order.js.map', 'C:\\ci\\src\\order.ts'],
    ['file:///C:/ci/order.ts', '', 'C:\\app\\dist\\order.js.map', 'C:\\ci\\order.ts'],
  ])('that a map calls %s, under the root %j, in %s is %s', (source, sourceRoot, mapPath, expected) => {
    expect(resolveSource(source, sourceRoot, mapPath)).toBe(expected);
  });
});
