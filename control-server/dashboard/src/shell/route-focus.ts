import { useEffect, useRef } from 'react';

/**
 * After a navigation to another page: begins at its top, with the focus on its content, as a full page load would.
 * Going back leaves the scroll position to the browser.
 */
export function useRouteFocus(pageIdentity: string): void {
  const previous = useRef(pageIdentity);
  const cameByHistory = useRef(false);
  useEffect(() => {
    const note = (): void => {
      cameByHistory.current = true;
    };
    addEventListener('popstate', note);
    return () => removeEventListener('popstate', note);
  }, []);
  useEffect(() => {
    if (previous.current === pageIdentity) return;
    previous.current = pageIdentity;
    document.getElementById('main')?.focus({ preventScroll: true });
    if (!cameByHistory.current) scrollTo(0, 0);
    cameByHistory.current = false;
  }, [pageIdentity]);
}
