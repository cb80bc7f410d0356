import { effect, signal } from "@preact/signals";
import { language } from "../../state/settings.ts";
import type { FdlHelp } from "../../words/en/fdl.ts";

const loaded = signal<FdlHelp | undefined>(undefined);

effect(() => {
  const wanted = language.value;
  void (wanted === "zh" ? import("../../words/zh/fdl.ts") : import("../../words/en/fdl.ts")).then(
    ({ fdl }) => (loaded.value = fdl),
  );
});

/** Sentences about the keys of a definition, in the chosen language; none yet while they are on their way. */
export function fdlHelp(): Readonly<Record<string, string>> {
  return loaded.peek() ?? {};
}
