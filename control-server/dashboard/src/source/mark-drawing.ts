import type { LineMark } from './line-mark.ts';
import { MARK_PATHS } from './mark-paths.ts';

const SVG = 'http://www.w3.org/2000/svg';

/** A mark for the margin of the editor, which knows nothing of components. */
export function drawMark({ state, title }: Pick<LineMark, 'state' | 'title'>): HTMLElement {
  const name = state ?? 'label';
  const frame = document.createElement('span');
  frame.className = `mark mark-${name}`;
  frame.title = title;
  frame.dataset['state'] = name;
  const drawing = document.createElementNS(SVG, 'svg');
  drawing.setAttribute('viewBox', '0 0 16 16');
  drawing.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', MARK_PATHS[name]);
  drawing.append(path);
  frame.append(drawing);
  return frame;
}
