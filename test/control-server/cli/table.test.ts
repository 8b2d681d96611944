import { expect, it } from 'vitest';
import { formatTable } from '../../../control-server/cli/table.ts';

it('makes each column as wide as its widest cell, and ends no line in blanks', () => {
  expect(
    formatTable(
      [{ heading: 'NAME' }, { heading: 'HITS', align: 'right' }, { heading: 'NOTE' }],
      [
        ['shop', '7', ''],
        ['payments', '12345', 'slow'],
      ],
    ),
  ).toEqual(['NAME       HITS  NOTE', 'shop          7', 'payments  12345  slow']);
});

it('does not count colours as width', () => {
  expect(formatTable([{ heading: 'A' }, { heading: 'B' }], [['\u001b[32mon\u001b[39m', 'x']])).toEqual([
    'A   B',
    '\u001b[32mon\u001b[39m  x',
  ]);
});
