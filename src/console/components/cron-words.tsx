import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { language } from "../state/settings.ts";

type ToWords = (expression: string, options: { locale: string }) => string;

/** Loaded when the first expression is shown. */
const toWords = signal<ToWords | undefined>(undefined);

async function load(): Promise<void> {
  const { default: cronstrue } = await import("cronstrue");
  await import("cronstrue/locales/zh_CN");
  toWords.value = (expression, { locale }) =>
    cronstrue.toString(expression, { locale, use24HourTimeFormat: true });
}

function say(expression: string): string {
  if (expression.startsWith("@") || !toWords.value) return expression;
  try {
    return toWords.value(expression, { locale: language.value === "zh" ? "zh_CN" : "en" });
  } catch {
    // What the library cannot read, the service can: the expression says it all the same.
    return expression;
  }
}

/** Cron expressions in words, with what was written on hover. */
export function CronWords({ crons }: { readonly crons: readonly string[] }) {
  useEffect(() => void load(), []);
  const [first = ""] = crons;
  const more = crons.length > 1 ? ` +${crons.length - 1}` : "";
  return <span title={crons.join("\n")}>{`${say(first)}${more}`}</span>;
}
