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
  /**
   * Shows the message for `forMs`, and as long as the pointer or the focus is on it; one with the same id takes its place.
   * Default: 6 s, and 30 s for a failure, which has to be read.
   */
  show(toast: Toast, forMs?: number): void;
  dismiss(id: string): void;
}

const DEFAULT_MS = { plain: 6_000, failure: 30_000 } as const;
/** After the pointer or the focus has left a message whose time is over. */
const LINGER_MS = 2_000;
const ToastContext = createContext<Toasts | null>(null);

/** Where messages appear: a live region, so that screen readers say them. */
export function ToastProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const timers = useRef(new Map<string, ReturnType<typeof setTimeout>>());
  const region = useRef<HTMLDivElement>(null);

  const dismiss = useCallback((id: string) => {
    clearTimeout(timers.current.get(id));
    timers.current.delete(id);
    setToasts((shown) => shown.filter((toast) => toast.id !== id));
  }, []);

  const leave = useCallback(
    (id: string, afterMs: number) => {
      clearTimeout(timers.current.get(id));
      const isUsed = (): boolean => region.current?.matches(':hover, :focus-within') === true;
      const timer = setTimeout(() => (isUsed() ? leave(id, LINGER_MS) : dismiss(id)), afterMs);
      timers.current.set(id, timer);
    },
    [dismiss],
  );

  const value = useMemo<Toasts>(
    () => ({
      show(toast, forMs = DEFAULT_MS[toast.tone]) {
        leave(toast.id, forMs);
        setToasts((shown) => [...shown.filter((other) => other.id !== toast.id), toast]);
      },
      dismiss,
    }),
    [dismiss, leave],
  );

  return (
    <ToastContext value={value}>
      {children}
      <div ref={region} className="toasts" role="status" aria-live="polite" data-testid="toasts">
        {toasts.map((toast) => (
          <div key={toast.id} className={`toast toast-${toast.tone}`}>
            <span>{toast.text}</span>
            {toast.action !== undefined && (
              <Button
                tone="quiet"
                about={`– ${toast.text}`}
                onClick={() => {
                  dismiss(toast.id);
                  toast.action?.run();
                }}
              >
                {toast.action.label}
              </Button>
            )}
            <IconButton
              icon="close"
              label="Dismiss"
              about={`– ${toast.text}`}
              onClick={() => dismiss(toast.id)}
            />
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
