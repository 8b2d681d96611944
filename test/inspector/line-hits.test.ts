import { expect, it, onTestFinished } from 'vitest';
import { readValues } from '../../src/inspector/line-hits.ts';
import type { NamesAt } from '../../src/inspector/names-at.ts';

const NAMES: NamesAt = {
  scopes: [{ kind: 'closure', names: ['later', 'run', 'rate'] }],
  hasThis: false,
  hasArguments: false,
  privateFields: [],
  hidden: [],
  hazard: null,
  runsOnce: false,
  handsOn: false,
  functionLength: 1,
};

it('reads no getter of a program for a name that has no value yet', () => {
  const read: string[] = [];
  for (const name of ['later', 'this']) {
    // oxlint-disable-next-line no-extend-native -- as some programs do
    Object.defineProperty(Object.prototype, name, { configurable: true, get: () => void read.push(name) });
    onTestFinished(() => void Reflect.deleteProperty(Object.prototype, name));
  }
  const given = Object.assign(Object.create(null) as Record<string, unknown>, { run: () => 1, rate: 2 });
  expect(Object.entries(readValues(given, NAMES))).toEqual([['rate', 2]]);
  expect(read).toEqual([]);
});
