import { useState } from 'react';
import type { ReactElement } from 'react';
import { IconButton } from '../ui/button.tsx';

type Theme = 'system' | 'light' | 'dark';

const STORAGE_KEY = 'stillframe.theme';
const NEXT: Readonly<Record<Theme, Theme>> = { system: 'light', light: 'dark', dark: 'system' };
const ICONS = { system: 'system', light: 'sun', dark: 'moon' } as const;

/** Goes through the system's theme, light and dark; remembered on this device. */
export function ThemeToggle(): ReactElement {
  const [theme, setTheme] = useState<Theme>(readTheme);
  const change = (): void => {
    const next = NEXT[theme];
    setTheme(next);
    if (next === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = next;
    try {
      if (next === 'system') localStorage.removeItem(STORAGE_KEY);
      else localStorage.setItem(STORAGE_KEY, next);
    } catch {
      // Storage is blocked: the choice lasts as long as the page.
    }
  };
  return (
    <IconButton
      icon={ICONS[theme]}
      label={`Theme: ${theme}. Change to ${NEXT[theme]}`}
      onClick={change}
      data-testid="theme-toggle"
    />
  );
}

function readTheme(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}
