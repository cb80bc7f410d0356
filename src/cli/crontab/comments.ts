import { DESCRIPTION_LENGTH } from "../../core/limits.ts";
import { readTimes } from "./times.ts";

/** What the comment lines directly above a line say of it. */
export interface Comment {
  readonly description?: string;
  readonly givenName?: string;
}

/** Whose words a name follows: people's, Ansible's, Puppet's. */
const NAME = /^(?:name\s*:|Ansible\s*:|Puppet Name\s*:)\s*(.+)$/i;
/** What programs write, or what explains the columns. */
const MARKS = [
  /^HEADER:/,
  /DO NOT EDIT/i,
  /^\(.*(?:installed on|Cron version)/,
  /^m\s+h\s+dom\s+mon\s+dow/i,
  /^(?:\S+\s+){3,}command(?: to be executed)?$/i,
  /^Edit this file to introduce tasks/,
  /^For more information see the manual pages of crontab/,
  /^[^\p{L}\p{N}]*$/u,
];
/** A drawing of the five columns, as Debian and Red Hat ship it. */
const DRAWING = /^[.|\s]*[-.|\s]*-\s*(?:minute|hour|day of month|month|day of week)\b/i;

/** Reads comment lines, without their signs, from the first to the last. */
export function readComment(lines: readonly string[]): Comment {
  const all = lines.map((line) => line.replace(/^\s*#+\s?/, "").trimEnd());
  // What stands above a line that was taken out of use is about that one.
  const texts = all.slice(all.findLastIndex((text) => isRetired(text.trim())) + 1);
  const given = texts.flatMap((text) => NAME.exec(text.trim())?.[1] ?? []).at(-1);
  const isDrawn = texts.some((text) => DRAWING.test(text));
  const words = isDrawn ? [] : texts.filter((text) => !isMark(text.trim()));
  const description = cut(words.map((text) => text.trim()).join("\n"));
  return {
    ...(description !== "" && { description }),
    ...(given !== undefined && { givenName: given.trim() }),
  };
}

function isMark(text: string): boolean {
  return NAME.test(text) || MARKS.some((mark) => mark.test(text));
}

/** A line that somebody took out of use. */
function isRetired(text: string): boolean {
  const times = readTimes(text);
  return text.startsWith("@reboot ") || (times.ok && text.slice(times.end).trim() !== "");
}

function cut(text: string): string {
  const characters = Array.from(text);
  return characters.length <= DESCRIPTION_LENGTH
    ? text
    : `${characters.slice(0, DESCRIPTION_LENGTH - 1).join("")}…`;
}
