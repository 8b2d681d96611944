import type { ReactElement, ReactNode } from 'react';
import { Button } from './button.tsx';
import { failureText } from './failure-text.ts';
import { Icon } from './icons.tsx';

/** A failure in place of what could not be shown, with a way to try again. */
export function FailureNotice({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: () => void;
}): ReactElement {
  return (
    <div className="notice notice-stop" role="alert">
      <Icon name="alert" />
      <p>{failureText(error)}</p>
      {onRetry !== undefined && <Button onClick={onRetry}>Try again</Button>}
    </div>
  );
}

/** Nothing here yet, why that is, and what to do about it. */
export function EmptyState({
  title,
  isWholePage = false,
  children,
}: {
  readonly title: string;
  /** Nothing else on the page has a heading. */
  readonly isWholePage?: boolean;
  readonly children?: ReactNode;
}): ReactElement {
  const Heading = isWholePage ? 'h1' : 'h2';
  return (
    <div className="empty">
      <Heading>{title}</Heading>
      {children}
    </div>
  );
}

/** Grey lines in the shape of what is coming; shown only after 200 ms, so that a fast answer does not flicker. */
export function Skeleton({ lines = 6 }: { readonly lines?: number }): ReactElement {
  return (
    <div className="skeleton" role="status" aria-label="Loading">
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} className="skeleton-line" />
      ))}
    </div>
  );
}
