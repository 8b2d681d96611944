/** In which way a file is written, by its name; null for what is no JavaScript at all. */
export function dialectOf(filePath: string): '' | 'ts' | 'jsx' | 'ts jsx' | null {
  const ending = /\.([a-z]+)$/i.exec(filePath)?.[1]?.toLowerCase() ?? 'js';
  switch (ending) {
    case 'ts':
    case 'mts':
    case 'cts':
      return 'ts';
    case 'tsx':
      return 'ts jsx';
    case 'jsx':
      return 'jsx';
    case 'js':
    case 'mjs':
    case 'cjs':
      return '';
    default:
      return null;
  }
}
