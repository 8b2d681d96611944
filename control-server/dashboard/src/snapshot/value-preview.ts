import type { ValueNode } from '../../../wording/value-node.ts';
import { leafWords } from '../../../wording/value-words.ts';

/** One line that says what a closed container holds: `{id: 42, name: "Ana", …}`, at most `maxLength` characters. */
export function previewOf(node: ValueNode, maxLength = 96): string {
  const message = node.kind === 'error' ? node.children.find((child) => child.name === 'message') : undefined;
  if (message?.kind === 'string') return shorten(message.text ?? '', maxLength);

  const isListed = Array.isArray(node.value);
  // Room for what says that there is more.
  const room = maxLength - ', …}'.length;
  const [open, close] = isListed ? ['[', ']'] : ['{', '}'];
  let text = open;
  for (const [index, child] of node.children.entries()) {
    const part = `${index === 0 ? '' : ', '}${namePart(node, child)}${briefValue(child)}`;
    if (text.length + part.length > room) return `${text}${index === 0 ? '' : ', '}…${close}`;
    text += part;
  }
  return `${text}${node.missing === null ? '' : ', …'}${close}`;
}

function namePart(parent: ValueNode, child: ValueNode): string {
  if (child.nameKind === 'entry') return `${child.name} → `;
  return Array.isArray(parent.value) ? '' : `${child.name}: `;
}

function briefValue(node: ValueNode): string {
  if (node.children.length > 0) {
    const type = node.className ?? '';
    if (Array.isArray(node.value)) return `${type === '' ? 'Array' : type}(${node.children.length})`;
    return type === '' ? '{…}' : `${type} {…}`;
  }
  if (node.kind === 'string' && node.missing === null) return JSON.stringify(shorten(node.text ?? '', 28));
  return shorten(leafWords(node).text, 40) || '…';
}

function shorten(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
}
