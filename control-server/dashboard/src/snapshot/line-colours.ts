/** A piece of a line, and what it is; the empty string for plain text. */
export interface TextPiece {
  readonly text: string;
  readonly kind: '' | 'comment' | 'string' | 'number' | 'keyword';
}

const KEYWORDS =
  'abstract|as|async|await|break|case|catch|class|const|continue|debugger|declare|default|delete|do|else|enum|export|extends|' +
  'false|finally|for|from|function|get|if|implements|import|in|instanceof|interface|let|new|null|of|private|protected|' +
  'public|readonly|return|satisfies|set|static|super|switch|this|throw|true|try|type|typeof|undefined|var|void|while|yield';

/** Nothing in here goes back over what it has read: a line may have thousands of characters. */
const TOKENS = new RegExp(
  [
    String.raw`(?<comment>\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))`,
    String.raw`(?<string>'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?|${'`'}(?:[^${'`'}\\]|\\[^])*(?:${'`'}|$))`,
    String.raw`(?<![\w$.])(?<number>\d[\w.]*)`,
    String.raw`(?<![\w$.])(?<keyword>${KEYWORDS})(?![\w$]|\s*:)`,
  ].join('|'),
  'g',
);

/**
 * Some lines of JavaScript or TypeScript in colours: by their words alone, since a parser would be half of what a page may
 * load. What begins within a comment is known by how the comment ends, or by the star before its lines.
 */
export function colourLines(lines: readonly string[]): readonly (readonly TextPiece[])[] {
  const text = lines.join('\n');
  const opening = beginsInComment(text) ? '/*' : '';
  const coloured: TextPiece[][] = [[]];
  const add = (piece: string, kind: TextPiece['kind']): void => {
    for (const [index, part] of piece.split('\n').entries()) {
      if (index > 0) coloured.push([]);
      if (part !== '') coloured.at(-1)?.push({ text: part, kind });
    }
  };
  let at = opening.length;
  for (const { index, 0: token, groups } of (opening + text).matchAll(TOKENS)) {
    add((opening + text).slice(at, index), '');
    add(token.slice(Math.max(0, opening.length - index)), kindOf(groups ?? {}));
    at = index + token.length;
  }
  add((opening + text).slice(at), '');
  return coloured;
}

function kindOf(groups: Readonly<Record<string, string | undefined>>): TextPiece['kind'] {
  return (
    (['comment', 'string', 'number', 'keyword'] as const).find((kind) => groups[kind] !== undefined) ?? ''
  );
}

function beginsInComment(text: string): boolean {
  const end = text.indexOf('*/');
  const start = text.indexOf('/*');
  return /^\s*\*(?!\/)/.test(text) || (end !== -1 && (start === -1 || end < start));
}
