import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';

const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];
const kept = 'postern-theme';

function keptTheme(): Theme {
  try {
    return themes.find((it) => it === localStorage.getItem(kept)) ?? 'system';
  } catch {
    // A browser that keeps nothing: then each page begins with the colours of the system.
    return 'system';
  }
}

function keep(theme: Theme): void {
  try {
    localStorage.setItem(kept, theme);
  } catch {
    // As above.
  }
}

/** Light, dark, or what the system has. */
export function ThemeButton(): VNode {
  const [theme, setTheme] = useState(keptTheme);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
    keep(theme);
  }, [theme]);
  return <button type="button" class="theme" aria-label={`Colours: ${theme}. Change`} title={`Colours: ${theme}`} onClick={() => setTheme(themes[(themes.indexOf(theme) + 1) % themes.length]!)}>{{ system: '◐', light: '○', dark: '●' }[theme]}</button>;
}
