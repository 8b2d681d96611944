import type { ReactElement } from 'react';

const PATHS = {
  logo: 'M2.5 5V4A1.5 1.5 0 0 1 4 2.5h1M11 2.5h1A1.5 1.5 0 0 1 13.5 4v1M13.5 11v1a1.5 1.5 0 0 1-1.5 1.5h-1M5 13.5H4A1.5 1.5 0 0 1 2.5 12v-1M6.5 5.75v4.5M9.5 5.75v4.5',
  stop: 'M8 1.75a6.25 6.25 0 1 0 0 12.5 6.25 6.25 0 0 0 0-12.5ZM5.9 5.9h4.2v4.2H5.9Z',
  filter: 'M2.5 4h11M4.5 8h7M6.5 12h3',
  pin: 'M6 2.5h4l-.5 4.25 2 2v1h-7v-1l2-2ZM8 9.75v3.75',
  compare: 'M2.5 3.5h4.25v9H2.5ZM9.25 3.5h4.25v9H9.25ZM4.25 6h.9M10.85 6h.9M10.85 8.25h.9',
  play: 'M5 3.2v9.6L12.5 8Z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  plus: 'M8 3v10M3 8h10',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM10.3 10.3 13.5 13.5',
  copy: 'M5.5 5.5V3.75c0-.7.55-1.25 1.25-1.25h5.5c.7 0 1.25.55 1.25 1.25v5.5c0 .7-.55 1.25-1.25 1.25H10.5M3.75 5.5h5.5c.7 0 1.25.55 1.25 1.25v5.5c0 .7-.55 1.25-1.25 1.25h-5.5c-.7 0-1.25-.55-1.25-1.25v-5.5c0-.7.55-1.25 1.25-1.25Z',
  check: 'M3 8.5 6.5 12 13 4.5',
  close: 'M4 4l8 8M12 4l-8 8',
  chevron: 'M6 3.5 10.5 8 6 12.5',
  up: 'M8 13V3M3.5 7.5 8 3l4.5 4.5',
  down: 'M8 3v10M3.5 8.5 8 13l4.5-4.5',
  link: 'M6.75 9.25a2.75 2.75 0 0 0 3.9 0l2-2a2.75 2.75 0 0 0-3.9-3.9l-.9.9M9.25 6.75a2.75 2.75 0 0 0-3.9 0l-2 2a2.75 2.75 0 0 0 3.9 3.9l.9-.9',
  download: 'M8 2.5v7.5M4.75 7 8 10.25 11.25 7M3 13.25h10',
  sun: 'M8 5.25a2.75 2.75 0 1 0 0 5.5 2.75 2.75 0 0 0 0-5.5ZM8 1.5v1.25M8 13.25v1.25M1.5 8h1.25M13.25 8h1.25M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9',
  moon: 'M13.25 9.6A5.6 5.6 0 0 1 6.4 2.75a5.6 5.6 0 1 0 6.85 6.85Z',
  system: 'M2.5 3.25h11v7.5h-11ZM6 13.25h4',
  trash: 'M3 4.5h10M6.25 4.25v-1.5h3.5v1.5M4.25 4.5l.6 8.75h6.3l.6-8.75M6.75 7v4M9.25 7v4',
  edit: 'M10.5 3 13 5.5 5.75 12.75 2.75 13.25l.5-3ZM9 4.5 11.5 7',
  key: 'M10.25 2.75a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8.1 7.9 2.75 13.25M4.75 11.25l1.75 1.75',
  user: 'M8 2.5a2.75 2.75 0 1 0 0 5.5 2.75 2.75 0 0 0 0-5.5ZM2.75 13.5c.6-2.6 2.7-4 5.25-4s4.65 1.4 5.25 4',
  alert: 'M8 2.25 14.25 13H1.75ZM8 6.25v3.25M8 11.4v.1',
  shield: 'M8 1.75 13 3.5v4.25c0 3-2 5.3-5 6.5-3-1.2-5-3.5-5-6.5V3.5Z',
  expand: 'M4 6l4-3.5L12 6M4 10l4 3.5 4-3.5',
  collapse: 'M4 3l4 3.5L12 3M4 13l4-3.5 4 3.5',
  breakpoint:
    'M8 3.25a4.75 4.75 0 1 0 0 9.5 4.75 4.75 0 0 0 0-9.5ZM8 6.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3Z',
  folder: 'M1.75 4v8.75h12.5v-7H7.75L6.25 4Z',
  refresh: 'M13.25 8a5.25 5.25 0 1 1-1.6-3.75M13.5 2v2.75h-2.75',
  keyboard: 'M1.75 4.25h12.5v7.5H1.75ZM4.5 9.5h7M4.25 6.75h.1M6.75 6.75h.1M9.25 6.75h.1M11.75 6.75h.1',
} as const;

/** Name of a drawing of this product's icon set. */
export type IconName = keyof typeof PATHS;

/** A 16-pixel line drawing in the colour of the text around it. Decoration only: the words stand beside it. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): ReactElement {
  return (
    <svg className="icon" viewBox="0 0 16 16" width={size} height={size} aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
