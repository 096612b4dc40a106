/** Light, dark, or as the system has it. */

export const themes = ['system', 'light', 'dark'] as const;
const KEY = 'theme';

export const shown = (): (typeof themes)[number] => {
  const kept = read();
  return themes.find((theme) => theme === kept) ?? 'system';
};

export const keep = (theme: string) => {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // a browser that keeps nothing: the choice lasts as long as the page
  }
};

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
