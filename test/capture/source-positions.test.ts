import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSourcePositions } from '../../src/capture/source-positions.ts';
import type { StackFrame } from '../../src/protocol/snapshot.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stillframe-maps-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Line 1, column 1 of the generated file is line 1, column 1 of the first or second source. */
const FIRST = 'AAAA';
const SECOND = 'ACAA';

function frameOf(name: string, map: unknown): StackFrame {
  const filePath = join(folder, `${name}.js`);
  writeFileSync(filePath, `placeOrder();\n//# sourceMappingURL=${name}.js.map\n`);
  writeFileSync(`${filePath}.map`, typeof map === 'string' ? map : JSON.stringify(map));
  return {
    functionName: 'placeOrder',
    filePath,
    lineNumber: 1,
    columnNumber: 1,
    origin: 'application',
    isAsync: false,
  };
}

it.each([
  ['a bad escape', '../src/100%.ts'],
  ['a host', 'file://elsewhere/order.ts'],
  ['no name', null],
])('leaves a frame as it is, and never rejects, when the source in its map has %s', async (what, source) => {
  const frame = frameOf(what.replace(' ', '-'), {
    version: 3,
    names: [],
    mappings: FIRST,
    sources: [source],
  });
  expect(await createSourcePositions().resolve([frame])).toEqual([frame]);
});

it('takes sources by their place, also behind one without a name', async () => {
  const frame = frameOf('place', {
    version: 3,
    names: [],
    mappings: SECOND,
    sources: [null, 'order.ts', 'x.ts'],
  });
  const [found] = await createSourcePositions().resolve([frame]);
  expect(found?.filePath).toBe(join(folder, 'order.ts'));
});

it.each([
  ['is not JSON', '{'],
  ['is of another version', { version: 2, mappings: FIRST, sources: ['a.ts'] }],
  ['has no mappings', { version: 3, sources: ['a.ts'] }],
  [
    'would take long to decode',
    { version: 3, names: [], sources: ['a.ts'], mappings: FIRST + ';'.repeat(512 * 1024) },
  ],
])('leaves a frame as it is when its map %s', async (what, map) => {
  const frame = frameOf(what.replaceAll(' ', '-'), map);
  expect(await createSourcePositions().resolve([frame])).toEqual([frame]);
});
