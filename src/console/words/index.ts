import { signal } from "@preact/signals";
import type { Language } from "../state/settings.ts";
import type { Words } from "./en/index.ts";

const LOAD: Readonly<Record<Language, () => Promise<Words>>> = {
  en: async () => (await import("./en/index.ts")).en,
  zh: async () => (await import("./zh/index.ts")).zh,
};

const chosen = signal<Words | undefined>(undefined);

/** The texts in the chosen language: whoever reads them is drawn anew when it changes. */
export function words(): Words {
  if (!chosen.value) throw new Error("texts are read before they are loaded");
  return chosen.value;
}

export async function loadWords(language: Language): Promise<void> {
  chosen.value = await LOAD[language]();
}
