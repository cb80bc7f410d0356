import { computed, effect, signal } from "@preact/signals";

export type Theme = "system" | "light" | "dark";
export type Language = "en" | "zh";

/** What a person has chosen here, kept in this browser. */
function kept(key: string): string | null {
  try {
    return localStorage.getItem(`millrace.${key}`);
  } catch {
    // A browser that keeps nothing: what is chosen holds until the page is closed.
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(`millrace.${key}`, value);
  } catch {
    // See `kept`.
  }
}

function firstTheme(): Theme {
  const value = kept("theme");
  return value === "light" || value === "dark" ? value : "system";
}

/** Of the languages that the browser asks for the first that there is. */
function firstLanguage(): Language {
  const value = kept("language");
  if (value === "en" || value === "zh") return value;
  const found = navigator.languages.find((one) => /^(en|zh)/.test(one));
  return found?.startsWith("zh") === true ? "zh" : "en";
}

export const theme = signal<Theme>(firstTheme());
export const language = signal<Language>(firstLanguage());
export const zone = signal<string>(Intl.DateTimeFormat().resolvedOptions().timeZone);

const darkSystem = matchMedia("(prefers-color-scheme: dark)");
const isSystemDark = signal(darkSystem.matches);
darkSystem.addEventListener("change", ({ matches }) => (isSystemDark.value = matches));

export const isDark = computed(() =>
  theme.value === "system" ? isSystemDark.value : theme.value === "dark",
);

export const reader = computed(() => ({
  locale: language.value === "zh" ? "zh-CN" : "en-GB",
  zone: zone.value,
}));

/** Keeps the page as it was chosen. */
export function applySettings(): void {
  effect(() => {
    document.documentElement.dataset.theme = isDark.value ? "dark" : "light";
    keep("theme", theme.value);
  });
  effect(() => {
    document.documentElement.lang = language.value === "zh" ? "zh-CN" : "en";
  });
}

export function chooseLanguage(chosen: Language): void {
  keep("language", chosen);
  language.value = chosen;
}
