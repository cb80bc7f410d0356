import type { Night, NightItem } from "../api/types.ts";
import type { Words } from "../words/en/index.ts";
import { needsOf, runsIn } from "./night.ts";
import { type Reader, clock, day } from "./times.ts";
import { whyOf } from "./why.ts";

/** A night as Markdown, for the morning's chat. */
export function reportOf(night: Night, words: Words, reader: Reader, now: number): string {
  const { overview: texts } = words;
  const told = (at: string) => `${day(Date.parse(at), reader)} ${clock(Date.parse(at), reader)}`;
  const range = `${texts.range(told(night.from), told(night.to))} (${reader.zone})`;
  const needs = needsOf(night);
  const needed = new Set(needs.map(({ item }) => item));
  const late = night.items.filter((item) => item.worst === "late" && !needed.has(item));
  return [
    `**${texts.headline(night.counts)}**`,
    `${range}, ${texts.runs(runsIn(night))}`,
    "",
    ...needs.map(({ item, run }) => lineOf(item, run, words, reader, now)),
    ...late.map((item) => {
      const run = item.runs?.findLast(({ verdict }) => verdict === "late");
      return lineOf(item, run, words, reader, now);
    }),
  ]
    .join("\n")
    .trim();
}

type Run = NonNullable<NightItem["runs"]>[number];

function lineOf(item: NightItem, run: Run | undefined, words: Words, reader: Reader, now: number): string {
  const { error, says } = whyOf(item, run, words, now);
  const when = run ? ` ${clock(Date.parse(run.at), reader)}` : "";
  const why = [error === undefined ? "" : `\`${error}\``, says].filter((part) => part !== "").join(" ");
  const name = `**${item.flow}** ${item.schedule}`;
  return `- ${name}: ${words.overview.tally[item.worst === "paused" ? "skipped" : item.worst]}${when}${why === "" ? "" : `, ${why}`}`;
}
