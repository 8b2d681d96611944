import {
  javascriptLanguage,
  jsxLanguage,
  tsxLanguage,
  typescriptLanguage,
} from '@codemirror/lang-javascript';
import type { Language } from '@codemirror/language';

/** How the words of a file are told apart, by its name; null for what is no JavaScript at all. */
export function languageOf(filePath: string): Language | null {
  const ending = /\.([a-z]+)$/i.exec(filePath)?.[1]?.toLowerCase() ?? 'js';
  switch (ending) {
    case 'ts':
    case 'mts':
    case 'cts':
      return typescriptLanguage;
    case 'tsx':
      return tsxLanguage;
    case 'jsx':
      return jsxLanguage;
    case 'js':
    case 'mjs':
    case 'cjs':
      return javascriptLanguage;
    default:
      return null;
  }
}
