import { Icon } from "../components/icon.tsx";
import { chooseLanguage, language, theme } from "../state/settings.ts";
import { words } from "../words/index.ts";

const NEXT_THEME = { system: "light", light: "dark", dark: "system" } as const;

export function LanguageSwitch() {
  const { frame } = words();
  const other = language.value === "en" ? "zh" : "en";
  const mark = other === "zh" ? "中" : "En";
  return (
    <button
      type="button"
      class="foot-button"
      // Whoever speaks to the button says what is to be seen on it.
      aria-label={`${mark}: ${frame.languageName}`}
      title={frame.languageName}
      onClick={() => chooseLanguage(other)}
    >
      {mark}
    </button>
  );
}

export function ThemeSwitch() {
  const label = words().frame.theme[theme.value];
  return (
    <button
      type="button"
      class="foot-button"
      aria-label={label}
      title={label}
      onClick={() => (theme.value = NEXT_THEME[theme.value])}
    >
      <Icon name={theme.value} />
    </button>
  );
}
