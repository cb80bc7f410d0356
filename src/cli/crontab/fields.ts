import type { Settings } from "./job.ts";
import type { Change } from "./plan-step.ts";
import { sortedJson } from "./sorted-json.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Those that a line decides about, whether it sets them or not. */
const OWN: readonly (keyof Settings)[] = [
  "cron",
  "timeZone",
  "overlap",
  "catchUp",
  "jitterSeconds",
  "notify",
  "description",
  "payload",
];

/** What is different of what a line decides about, each part of the payload by itself. */
export function changesBetween(before: Fields, after: Fields): Change[] {
  const [old, now] = [flat(before), flat(after)];
  const names = new Set([...old.keys(), ...now.keys()]);
  return [...names].flatMap((field) => {
    const change = { field, before: old.get(field), after: now.get(field) };
    return sortedJson(change.before) === sortedJson(change.after) ? [] : [change];
  });
}

/** As a merge patch of a schedule: what a line no longer says gets its default again. */
export function patchOf(changes: readonly Change[], settings: Settings, payload: object): Fields {
  const changed = new Set(changes.map(({ field }) => field.split(".", 1)[0]));
  const entries = OWN.filter((name) => changed.has(name)).map((name) => [name, settings[name] ?? null]);
  return { ...Object.fromEntries(entries), payload };
}

function flat(fields: Fields): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const name of OWN) if (name !== "payload" && fields[name] !== undefined) found.set(name, fields[name]);
  const { payload } = fields;
  if (typeof payload !== "object" || payload === null) return found;
  for (const [name, value] of Object.entries(payload))
    if (name !== "source") found.set(`payload.${name}`, value);
  return found;
}
