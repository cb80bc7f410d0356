import { words } from "../words/index.ts";

const TONES: Readonly<Record<string, string>> = { s: "mark-ok", f: "mark-bad", l: "mark-miss" };

/** A worker's last verdicts, newest last: what did not succeed is taller, too, for whoever sees no colours. */
export function VerdictTicks({ lately }: { readonly lately: string }) {
  if (lately === "") return null;
  const succeeded = lately.replaceAll(/[^s]/g, "").length;
  const label = words().workers.tally(succeeded, lately.length - succeeded);
  return (
    <span class="ticks" role="img" aria-label={label} title={label}>
      {Array.from(lately, (letter, at) => (
        <span key={at} class={`tick ${letter === "s" ? "" : "tall"} ${TONES[letter] ?? "mark-idle"}`} />
      ))}
    </span>
  );
}
