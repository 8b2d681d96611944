import { useEffect, useState } from 'react';
import type { ReactElement } from 'react';
import { Button } from './button.tsx';
import { Icon } from './icons.tsx';

type CopyState = 'ready' | 'copied' | 'failed';

/** Copies a text that is made at the moment of the click. Says so in words, also to screen readers. */
export function CopyButton({
  text,
  label,
  about,
  compact = false,
  testId,
}: {
  readonly text: () => string;
  readonly label: string;
  /** Of what, where several have the same label; not shown. */
  readonly about?: string;
  /** Only the icon: for rows, where there is no space for words. */
  readonly compact?: boolean;
  readonly testId?: string;
}): ReactElement {
  const [state, setState] = useState<CopyState>('ready');
  useEffect(() => {
    if (state === 'ready') return;
    const timer = setTimeout(() => setState('ready'), 1_600);
    return () => clearTimeout(timer);
  }, [state]);

  const copy = (): void => {
    // Absent on plain http off loopback.
    const clipboard: Clipboard | undefined = navigator.clipboard;
    if (clipboard === undefined) return setState('failed');
    clipboard.writeText(text()).then(
      () => setState('copied'),
      () => setState('failed'),
    );
  };

  const said = state === 'copied' ? 'Copied' : state === 'failed' ? 'The browser refused' : label;
  const heard = state === 'ready' && about !== undefined ? `${label} ${about}` : said;
  const icon = state === 'copied' ? 'check' : 'copy';
  if (compact) {
    return (
      <button
        type="button"
        className="icon-button icon-button-small"
        aria-label={heard}
        title={said}
        tabIndex={-1}
        onClick={copy}
      >
        <Icon name={icon} size={14} />
      </button>
    );
  }
  return (
    <Button icon={icon} onClick={copy} data-testid={testId}>
      <span aria-live="polite">{said}</span>
    </Button>
  );
}
