import { useEffect, useRef } from 'react';
import type { ReactElement, ReactNode } from 'react';

/** Links side by side, of which one is current; where there is no room for all, the current one is scrolled into view. */
export function TabBar({
  label,
  current,
  className = 'tabs',
  children,
}: {
  readonly label: string;
  readonly current: string;
  readonly className?: string;
  readonly children: ReactNode;
}): ReactElement {
  const bar = useRef<HTMLElement>(null);
  const placed = useRef('');
  useEffect(() => {
    const tab = bar.current?.querySelector('[aria-current=page]');
    if (bar.current === null || tab === null || tab === undefined) return;
    // Counts come later and make tabs wider; else where somebody has scrolled to is left alone.
    const place = `${current} of ${bar.current.scrollWidth}`;
    if (placed.current === place) return;
    placed.current = place;
    const [outer, inner] = [bar.current.getBoundingClientRect(), tab.getBoundingClientRect()];
    // Not scrollIntoView(), which would scroll the page as well.
    bar.current.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
  });
  return (
    <nav ref={bar} className={className} aria-label={label}>
      {children}
    </nav>
  );
}
