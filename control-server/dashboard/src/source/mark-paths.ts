import type { MarkState } from './line-mark.ts';

/** What a mark is drawn as, told apart by shape as well as by colour; in a square of 16. */
export const MARK_PATHS: Readonly<Record<MarkState | 'label', string>> = {
  active: 'M8 3.25a4.75 4.75 0 1 0 0 9.5 4.75 4.75 0 0 0 0-9.5Z',
  throttled: 'M8 3.25a4.75 4.75 0 1 0 0 9.5 4.75 4.75 0 0 0 0-9.5ZM6.6 6v4M9.4 6v4',
  pending: 'M8 3.25a4.75 4.75 0 1 0 0 9.5 4.75 4.75 0 0 0 0-9.5Z',
  waiting: 'M8 3.25a4.75 4.75 0 1 0 0 9.5 4.75 4.75 0 0 0 0-9.5ZM8 5.75V8l1.75 1.25',
  error: 'M8 2.75 14 13H2ZM8 6.5v3M8 11.2v.2',
  expired: 'M8 3.25a4.75 4.75 0 1 0 0 9.5 4.75 4.75 0 0 0 0-9.5ZM6.3 6.3l3.4 3.4M9.7 6.3 6.3 9.7',
  off: 'M8 3.25a4.75 4.75 0 1 0 0 9.5 4.75 4.75 0 0 0 0-9.5ZM4.7 11.3l6.6-6.6',
  stopped: 'M5.9 3h4.2L13 5.9v4.2L10.1 13H5.9L3 10.1V5.9ZM6 8h4',
  silent: 'M8 3.25a4.75 4.75 0 1 0 0 9.5 4.75 4.75 0 0 0 0-9.5ZM5.9 8h.01M8 8h.01M10.1 8h.01',
  leaving: 'M8 3.25a4.75 4.75 0 1 0 0 9.5 4.75 4.75 0 0 0 0-9.5ZM5.75 8h4.5',
  label: 'M2.5 5v6h7.25L13.5 8 9.75 5Z',
};
