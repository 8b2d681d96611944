import { createContext, useCallback, useContext, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { Modal } from '../ui/modal.tsx';
import { useShortcuts } from './shortcuts.ts';

const SHORTCUTS: readonly (readonly [keys: string, does: string])[] = [
  ['j  k', 'Next and previous snapshot in the list; next and previous hit on a snapshot'],
  ['Enter', 'Open the snapshot'],
  ['/', 'Filter; on a snapshot: search in its variables'],
  ['p', 'Pause or resume the list'],
  ['g s', 'Go to the services'],
  ['g a', 'Go to the snapshots of all services'],
  ['g k', 'Go to the keys'],
  ['↑ ↓ ← →', 'Move in the variables, open and close'],
  ['c', 'Copy the value in the variables; with Shift: its path'],
  ['Ctrl P', 'Go to a file, while code is shown'],
  ['F9', 'Set a breakpoint at the line of the cursor, or take it away; with Shift: with a condition'],
  ['?', 'This list'],
];

const ShortcutHelpContext = createContext<() => void>(() => undefined);

/** Shows the list of shortcuts on `?`, wherever one is. */
export function ShortcutHelpProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [isOpen, setIsOpen] = useState(false);
  const show = useCallback(() => setIsOpen(true), []);
  useShortcuts({ '?': show });
  return (
    <ShortcutHelpContext value={show}>
      {children}
      <Modal open={isOpen} onClose={() => setIsOpen(false)} title="Keyboard shortcuts">
        <dl className="shortcuts" data-testid="shortcut-help">
          {SHORTCUTS.map(([keys, does]) => (
            <div key={keys}>
              <dt>
                {keys.split(/\s+/).map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{does}</dd>
            </div>
          ))}
        </dl>
      </Modal>
    </ShortcutHelpContext>
  );
}

/** Opens the list of shortcuts. */
export function useShortcutHelp(): () => void {
  return useContext(ShortcutHelpContext);
}
