import { expect, test } from 'vitest';
import {
  hasPhrase,
  indexedWordsOf,
  readSearch,
  wordsOf,
} from '../../../control-server/store/search-words.ts';

test.each([
  ['Order 42, paid', ['order', '42', 'paid']],
  ['a_b-c.d/e', ['a', 'b', 'c', 'd', 'e']],
  ['Äpfel ﬁn Größe', ['apfel', 'fin', 'große']],
  ['日本語 テスト', ['日本語', 'テスト']],
  ['"AND" * NEAR(x) {col}: ^y -z', ['and', 'near', 'x', 'col', 'y', 'z']],
  ['\0\u202e\ud800', []],
])('the words of %j are %j', (text, words) => {
  expect(wordsOf(text)).toEqual(words);
});

test.each([
  ['sendInvoice', 'sendinvoice send invoice'],
  ['HTTPServer', 'httpserver http server'],
  ['parseURL2Text', 'parseurl2text parse url 2 text'],
  ['größeÄndern', 'großeandern große andern'],
  ['Order ORDER order', 'order order order'],
  ['sendInvoice now', 'sendinvoice now send invoice'],
])('the index of %j is %j', (text, indexed) => {
  expect(indexedWordsOf(text)).toBe(indexed);
});

test('what stands together is searched for together, and what is no word for nothing', () => {
  expect(readSearch('user.name  "Ada Lovelace" %')).toEqual([['user', 'name'], ['ada'], ['lovelace']]);
  expect(readSearch(' % " * ')).toEqual([]);
  expect(readSearch('x '.repeat(17))).toHaveLength(16);
});

test.each([
  [['order'], true],
  [['ord'], true],
  [['rder'], false],
  [['order', 'pa'], true],
  [['ord', 'paid'], false],
  [['paid', 'order'], false],
  [['order', 'late'], false],
  [[], false],
])('"my order paid late" has %j: %s', (phrase, isThere) => {
  expect(hasPhrase('my order paid late', phrase)).toBe(isThere);
});
