import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/filters.css";
import "./styles/surfaces.css";
import "./styles/lists.css";
import "./styles/frame.css";
import "./styles/letters.css";
import "./styles/machines.css";
import "./styles/phone-tables.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import { App } from "./app.tsx";
import { openSession } from "./state/session.ts";
import { applySettings, language } from "./state/settings.ts";
import { loadWords } from "./words/index.ts";

const RELOADED = "millrace.reloaded";

/** A page that was open during an update asks for parts that are gone: one reload brings the new ones. */
addEventListener("vite:preloadError", () => {
  if (sessionStorage.getItem(RELOADED) !== null) return;
  sessionStorage.setItem(RELOADED, "yes");
  location.reload();
});

async function begin(): Promise<void> {
  applySettings();
  await Promise.all([loadWords(language.peek()), openSession()]);
  const place = document.getElementById("console");
  if (place) render(<App />, place);
  effect(() => void loadWords(language.value));
}

void begin();
