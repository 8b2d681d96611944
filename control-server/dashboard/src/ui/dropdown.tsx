import { useEffect, useId, useLayoutEffect, useRef, useState } from 'react';
import type { ReactElement, ReactNode } from 'react';
import { Button } from './button.tsx';
import type { IconName } from './icons.tsx';

/** A panel keeps this far from the edge of the window. */
const EDGE_PX = 12;

/** A button that opens a small panel below itself; Escape, a click elsewhere and leaving it by Tab close it. */
export function Dropdown({
  label,
  icon,
  testId,
  children,
}: {
  readonly label: string;
  readonly icon: IconName;
  readonly testId?: string;
  /** Called with what closes the panel. */
  readonly children: (close: () => void) => ReactNode;
}): ReactElement {
  const id = useId();
  const [isOpen, setIsOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    // It hangs from the right edge of its button, which on a narrow screen may stand far to the left.
    const left = panel.current?.getBoundingClientRect().left ?? EDGE_PX;
    if (left < EDGE_PX) panel.current?.style.setProperty('translate', `${EDGE_PX - left}px`);
  }, [isOpen]);
  useEffect(() => {
    if (!isOpen) return;
    const closeOutside = (event: Event): void => {
      if (event.target instanceof Node && frame.current?.contains(event.target) === false) setIsOpen(false);
    };
    document.addEventListener('pointerdown', closeOutside);
    document.addEventListener('focusin', closeOutside);
    return () => {
      document.removeEventListener('pointerdown', closeOutside);
      document.removeEventListener('focusin', closeOutside);
    };
  }, [isOpen]);
  return (
    <div
      ref={frame}
      className="dropdown"
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !isOpen) return;
        setIsOpen(false);
        frame.current?.querySelector('button')?.focus();
      }}
    >
      <Button
        icon={icon}
        aria-expanded={isOpen}
        aria-controls={isOpen ? id : undefined}
        onClick={() => setIsOpen(!isOpen)}
        data-testid={testId}
      >
        {label}
      </Button>
      {isOpen && (
        <div ref={panel} id={id} className="dropdown-panel">
          {children(() => setIsOpen(false))}
        </div>
      )}
    </div>
  );
}
