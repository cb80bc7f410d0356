import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Reads, Texts } from "./kept-object.ts";
import { OBJECT_STORIES } from "./stories.ts";

interface Kept {
  readonly now: number;
  readonly rows: number;
  readonly texts: Texts;
  readonly reads: Reads;
}

const FOLDER = join(import.meta.dirname, "kept");
const RELEASES = readdirSync(FOLDER).toSorted();
const ALL = RELEASES.flatMap((release) => readdirSync(join(FOLDER, release)).map((file) => [release, file] as const));
const NEWEST = RELEASES.at(-1) ?? "";

function read(release: string, file: string): Kept {
  return JSON.parse(readFileSync(join(FOLDER, release, file), "utf8")) as Kept;
}

/** As JSON brings it back. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function parsed(texts: Texts): unknown {
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, parse(text)]));
}

/** Texts within texts, too: a queue's rows hold some. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) =>
      typeof value === "string" && /^[[{]/.test(value) ? parse(value) : value,
    );
  } catch {
    return text;
  }
}

function storyOf(file: string) {
  const name = file.replace(/\.json$/, "").replaceAll("-", " ");
  const found = OBJECT_STORIES[name];
  if (!found) throw new Error(`there is no story of ${file}`);
  return found;
}

test("objects of every sort are kept, and every fact of queues", () => {
  expect(ALL.length).toBeGreaterThanOrEqual(Object.keys(OBJECT_STORIES).length);
  const source = readFileSync(join(import.meta.dirname, "../../../src/core/queue/fact.ts"), "utf8");
  const types = [...source.matchAll(/readonly type: "(\w+)"/g)].map(([, type]) => type);
  const facts = ALL.filter(([, file]) => file.startsWith("queue")).flatMap(([release, file]) =>
    Object.values(read(release, file).texts),
  );
  expect(types.length).toBeGreaterThan(8);
  for (const type of types) expect(facts.join("\n")).toContain(String.raw`\"type\":\"${type}\"`);
});

describe.each(ALL)("what release %s wrote: %s", (release, file) => {
  const kept = read(release, file);

  // A later release may know more of it: new fields are optional.
  test("is read as it was then", () => {
    expect(plain(storyOf(file).open(kept.texts, kept.now).reads())).toMatchObject(kept.reads);
  });
});

/** Rows that are meant to be written besides. */
const MORE_ROWS: Readonly<Record<string, number>> = {
  // The directory is told of a change of a flow: an effect is a row when it is asked for, and one when it is done.
  // And one of how executions ended is written with each commit in which some did.
  "flow with executions": 4,
  "flow that was made again": 2,
  // Who works at a queue is written each minute, at the most.
  "queue with every fact": 1,
  "queue of runners": 1,
  "queue that lost workers": 3,
  "queue behind a checkpoint": 1,
  "queue that was made again": 1,
};

/** Without the places of such rows. */
function places(texts: Texts): string[] {
  return Object.keys(texts)
    .filter((place) => !place.startsWith("workers ") && place !== "recent" && place !== "settled")
    .toSorted();
}

/** A small start was once an effect with a row of its own. */
function withoutSmallTakes(texts: Texts, today: Texts): Texts {
  const isGone = (place: string) => place.startsWith("effect:take:") && !(place in today);
  return Object.fromEntries(Object.entries(texts).filter(([place]) => !isGone(place)));
}

interface ChunkState {
  readonly live: readonly (readonly [position: number, changed: { readonly lease: number }])[];
}

/** A queue once wrote what was left of a chunk although that was all of it, if its slot had another chunk before. */
function withoutIdleStates(texts: Texts): Texts {
  const isIdle = ([key, text]: [string, string]) => {
    const [, slot] = /^state (\d+)$/.exec(key) ?? [];
    if (slot === undefined) return false;
    const { metas } = parse(texts[`chunk ${slot}`] ?? "") as { metas: { messages: unknown[] } };
    const { live } = JSON.parse(JSON.parse(text) as string) as ChunkState;
    return live.length === metas.messages.length && live.every(([, { lease }]) => lease === 0);
  };
  return Object.fromEntries(Object.entries(texts).filter((entry) => !isIdle(entry)));
}

/** A change that is meant comes with a release of its own: npm run golden. New fields are welcome. */
describe.each(Object.keys(OBJECT_STORIES))("what is written today: %s", (name) => {
  const kept = read(NEWEST, `${name.replaceAll(" ", "-")}.json`);

  test("is what the last release wrote, in no more rows", () => {
    const told = storyOf(name).tell();
    const texts = withoutSmallTakes(withoutIdleStates(kept.texts), told.texts());
    expect(places(told.texts())).toEqual(places(texts));
    expect(parsed(told.texts())).toMatchObject(parsed(texts) as object);
    expect(told.rows).toBeLessThanOrEqual(kept.rows + (MORE_ROWS[name] ?? 0));
  });
});
