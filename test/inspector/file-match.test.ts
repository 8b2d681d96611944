import { describe, expect, it } from 'vitest';
import { matchFile } from '../../src/inspector/file-match.ts';
import type { FileMatch } from '../../src/inspector/file-match.ts';

const FILES = [
  '/app/server.js',
  '/app/src/order.ts',
  '/app/src/cart/index.js',
  '/app/src/tax/index.js',
  '/app/node_modules/left-pad/index.js',
];

function match(wanted: string, files: readonly string[] = FILES, roots = ['/app']): FileMatch<string> {
  return matchFile(wanted, files, (file) => file, roots);
}

describe('a path', () => {
  it.each([
    ['as it is', '/app/src/order.ts', '/app/src/order.ts'],
    ['as a URL', 'file:///app/src/order.ts', '/app/src/order.ts'],
    ['within the application', 'src/order.ts', '/app/src/order.ts'],
    ['with a dot', './src/../src/order.ts', '/app/src/order.ts'],
    ['by its name', 'order.ts', '/app/src/order.ts'],
    ['of another machine', '/home/me/shop/src/order.ts', '/app/src/order.ts'],
    ['of a container, in its root', '/home/me/shop/server.js', '/app/server.js'],
    ['of Windows', 'C:\\shop\\src\\order.ts', '/app/src/order.ts'],
    ['of Windows, in other letters', 'C:\\Shop\\SRC\\Order.ts', '/app/src/order.ts'],
    ['of Windows, relative', 'src\\order.ts', '/app/src/order.ts'],
    ['with one folder more than the name', 'tax/index.js', '/app/src/tax/index.js'],
  ])('%s names its file', (_how, wanted, file) => {
    expect(match(wanted)).toEqual({ kind: 'one', file });
  });

  it.each([
    ['another name', '/app/src/orders.ts'],
    ['the name in another folder', '/app/lib/order.ts'],
    ['the name in another folder, relative', 'lib/order.ts'],
    ['a folder', '/app/src'],
    ['other letters on a system where they count', '/app/src/Order.ts'],
  ])('%s names none', (_how, wanted) => {
    expect(match(wanted)).toEqual({ kind: 'none' });
  });

  it('that fits several files alike names them all', () => {
    expect(match('index.js')).toEqual({
      kind: 'several',
      files: ['/app/src/cart/index.js', '/app/src/tax/index.js', '/app/node_modules/left-pad/index.js'],
    });
  });

  it('takes the file with the most folders in common', () => {
    const files = ['/app/src/order.ts', '/app/packages/a/src/order.ts'];
    expect(match('/build/packages/a/src/order.ts', files)).toEqual({ kind: 'one', file: files[1] });
    expect(match('/build/packages/b/src/order.ts', [files[1]!])).toEqual({ kind: 'none' });
  });

  it('finds a file of Windows by any path', () => {
    const files = ['file:///C:/shop/src/order.ts'];
    for (const wanted of ['c:\\shop\\src\\order.ts', 'src/order.ts', '/app/src/order.ts']) {
      expect(match(wanted, files, ['C:\\shop'])).toEqual({ kind: 'one', file: files[0] });
    }
  });

  it('finds a source by the name that a bundler gave it', () => {
    const files = ['webpack://shop/./src/order.ts'];
    expect(match('/home/me/shop/src/order.ts', files)).toEqual({ kind: 'one', file: files[0] });
    expect(match('/home/me/shop/lib/order.ts', files)).toEqual({ kind: 'none' });
  });

  it('asks for two equal segments where the file lies in no folder of the application', () => {
    const files = ['/opt/shared/lib/log.js'];
    expect(match('/mnt/lib/log.js', files)).toEqual({ kind: 'one', file: files[0] });
    expect(match('/mnt/other/log.js', files)).toEqual({ kind: 'none' });
  });
});
