import { useEffect, useRef } from 'react';
import { isDialogOpen } from '../ui/modal.tsx';

/** What the keys of the code page do. */
export interface CodeKeys {
  /** Ctrl-P, or Cmd-P. */
  readonly goToFile?: () => void;
  /** F9; true with Shift. */
  readonly toggle?: (wantsForm: boolean) => void;
}

/** Listens before the editor does, and before the browser prints. A dialog that is open gets the keys itself. */
export function useCodeKeys(keys: CodeKeys): void {
  const current = useRef(keys);
  useEffect(() => {
    current.current = keys;
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const run = actionOf(event, current.current);
      if (run === undefined) return;
      // Nobody wants the page printed instead.
      event.preventDefault();
      if (isDialogOpen()) return;
      event.stopPropagation();
      run();
    };
    document.addEventListener('keydown', listen, true);
    return () => document.removeEventListener('keydown', listen, true);
  }, []);
}

function actionOf(event: KeyboardEvent, keys: CodeKeys): (() => void) | undefined {
  const isCommand = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (isCommand && event.key.toLowerCase() === 'p') return keys.goToFile;
  const { toggle } = keys;
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  return toggle !== undefined && isPlain && event.key === 'F9' ? () => toggle(event.shiftKey) : undefined;
}
