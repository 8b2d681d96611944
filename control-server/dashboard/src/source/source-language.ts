import {
  javascriptLanguage,
  jsxLanguage,
  tsxLanguage,
  typescriptLanguage,
} from '@codemirror/lang-javascript';
import type { Language } from '@codemirror/language';
import { dialectOf } from './file-dialect.ts';

const LANGUAGES: Readonly<Record<NonNullable<ReturnType<typeof dialectOf>>, Language>> = {
  '': javascriptLanguage,
  ts: typescriptLanguage,
  jsx: jsxLanguage,
  'ts jsx': tsxLanguage,
};

/** How the editor tells the words of a file apart; null for what is no JavaScript at all. */
export function languageOf(filePath: string): Language | null {
  const dialect = dialectOf(filePath);
  return dialect === null ? null : LANGUAGES[dialect];
}
