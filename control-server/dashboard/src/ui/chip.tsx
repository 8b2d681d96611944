import type { ReactElement, ReactNode } from 'react';

/** What a colour says: never the only sign, the words say it too. */
export type Tone = 'neutral' | 'ok' | 'warn' | 'stop' | 'accent' | 'redact';

/** A short fact in a frame. */
export function Chip({
  tone = 'neutral',
  title,
  mono = false,
  children,
}: {
  readonly tone?: Tone;
  readonly title?: string;
  readonly mono?: boolean;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <span className={`chip chip-${tone}${mono ? ' mono' : ''}`} title={title}>
      {children}
    </span>
  );
}

/** A state in words, with a dot in its colour. */
export function Status({
  tone,
  title,
  children,
}: {
  readonly tone: Tone;
  readonly title?: string;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <span className={`status status-${tone}`} title={title}>
      <span className="status-dot" aria-hidden="true" />
      <span className="status-text">{children}</span>
    </span>
  );
}
