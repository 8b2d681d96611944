import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { copyValue } from '../../src/copy/copy-value.ts';
import { DEFAULT_LIMITS } from '../../src/protocol/limits.ts';
import { encodeValueMark, parseValueMarks, VALUE_KINDS } from '../../src/protocol/value-mark.ts';
import { nativeImport } from './native-import.ts';
import { SPECIMENS } from './specimens.ts';

const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'wire', 'values');
const clock = (): number => 0;

function onTheWire(value: unknown): unknown {
  const { value: variables, marks } = copyValue({ value }, DEFAULT_LIMITS, clock);
  return JSON.parse(JSON.stringify({ variables, value_marks: marks.map(encodeValueMark) }));
}

function golden(name: string): { readonly variables: unknown; readonly value_marks: unknown } {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8'));
}

describe('what each kind of value looks like on the wire', () => {
  test.each(Object.entries(SPECIMENS))('%s', (name, make) => {
    expect(onTheWire(make())).toEqual(golden(name));
  });

  test('module', async () => {
    let early: unknown;
    Reflect.set(globalThis, Symbol.for('stillframe.test.onNamespace'), (namespace: object) => {
      early = onTheWire(namespace);
    });
    const address = new URL('../fixtures/modules/uninitialised.mjs', import.meta.url).href;
    const late = onTheWire(await nativeImport(address));
    Reflect.deleteProperty(globalThis, Symbol.for('stillframe.test.onNamespace'));
    expect({ early, late }).toEqual(JSON.parse(readFileSync(join(FOLDER, 'module.json'), 'utf8')));
  });

  test('has a golden file for every kind of the protocol, and none that nobody makes', () => {
    const files = readdirSync(FOLDER).map((file) => file.replace('.json', ''));
    expect(files.toSorted()).toEqual([...Object.keys(SPECIMENS), 'module'].toSorted());
    expect(VALUE_KINDS.filter((kind) => !files.includes(kind))).toEqual([]);
  });

  test('every mark of the golden files is one that a reader understands', () => {
    for (const name of Object.keys(SPECIMENS)) {
      const marks = golden(name).value_marks;
      expect(parseValueMarks(marks).map(encodeValueMark)).toEqual(marks);
    }
  });
});
