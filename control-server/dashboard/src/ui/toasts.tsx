import { createContext, useCallback, useContext, useMemo, useRef, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { Button, IconButton } from './button.tsx';

/** A message that passes, with at most one thing to do about it. */
export interface Toast {
  readonly id: string;
  readonly text: string;
  readonly tone: 'plain' | 'failure';
  readonly action?: { readonly label: string; readonly run: () => void };
}

/** Shows and takes back messages. */
export interface Toasts {
  /** Shows the message for `forMs`; one with the same id takes its place. */
  show(toast: Toast, forMs?: number): void;
  dismiss(id: string): void;
}

const DEFAULT_MS = 6_000;
const ToastContext = createContext<Toasts | null>(null);

/** Where messages appear: a live region, so that screen readers say them. */
export function ToastProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());

  const dismiss = useCallback((id: string) => {
    clearTimeout(timers.current.get(id));
    timers.current.delete(id);
    setToasts((shown) => shown.filter((toast) => toast.id !== id));
  }, []);

  const value = useMemo<Toasts>(
    () => ({
      show(toast, forMs = DEFAULT_MS) {
        clearTimeout(timers.current.get(toast.id));
        timers.current.set(
          toast.id,
          setTimeout(() => dismiss(toast.id), forMs),
        );
        setToasts((shown) => [...shown.filter((other) => other.id !== toast.id), toast]);
      },
      dismiss,
    }),
    [dismiss],
  );

  return (
    <ToastContext value={value}>
      {children}
      <div className="toasts" role="status" aria-live="polite" data-testid="toasts">
        {toasts.map((toast) => (
          <div key={toast.id} className={`toast toast-${toast.tone}`}>
            <span>{toast.text}</span>
            {toast.action !== undefined && (
              <Button
                tone="quiet"
                onClick={() => {
                  dismiss(toast.id);
                  toast.action?.run();
                }}
              >
                {toast.action.label}
              </Button>
            )}
            <IconButton icon="close" label="Dismiss" onClick={() => dismiss(toast.id)} />
          </div>
        ))}
      </div>
    </ToastContext>
  );
}

/** The messages of the page. */
export function useToasts(): Toasts {
  const toasts = useContext(ToastContext);
  if (toasts === null) throw new Error('useToasts() needs a ToastProvider above it');
  return toasts;
}
