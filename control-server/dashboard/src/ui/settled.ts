import { useEffect, useState } from 'react';

/** Whether a value stays the same for a while: what is half typed is not judged yet. */
export function useIsSettled(value: unknown, delayMs: number): boolean {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(setSettled, delayMs, value);
    return () => clearTimeout(timer);
  }, [value, delayMs]);
  return settled === value;
}
