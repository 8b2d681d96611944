import { useEffect, useRef } from 'react';
import { isDialogOpen } from '../ui/modal.tsx';

/** What to do on a key; two keys in a row are written with a space, `g s`. */
export type Shortcuts = Readonly<Record<string, () => void>>;

/** The second key of a pair has to follow within this time. */
const PAIR_MS = 900;

/** Listens for keys while the component is there: never while one types, and never with Ctrl, Alt or Meta. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const current = useRef(shortcuts);
  useEffect(() => {
    current.current = shortcuts;
  });
  useEffect(() => {
    let first = '';
    let firstAtMs = 0;
    const listen = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented) return;
      if (isTyping(event) || isDialogOpen()) return;
      const pair = event.timeStamp - firstAtMs < PAIR_MS ? `${first} ${event.key}` : '';
      const run = current.current[pair] ?? current.current[event.key];
      first = event.key;
      firstAtMs = event.timeStamp;
      if (run === undefined) return;
      event.preventDefault();
      run();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

/** Boxes and buttons that are ticked take no letters. */
const TYPED_INTO = 'input:not([type=checkbox], [type=radio]), textarea, select';

function isTyping(event: KeyboardEvent): boolean {
  // Beyond a shadow root the event names its host only.
  const [target] = event.composedPath();
  if (!(target instanceof HTMLElement)) return false;
  // Code that is shown can be edited by its element, and is only read.
  return target.matches(TYPED_INTO) || (target.isContentEditable && target.ariaReadOnly !== 'true');
}
