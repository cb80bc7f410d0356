import type { BoardMachine } from "../core/board/board-machine.ts";
import type { BoardCommand, BoardEffect } from "../core/board/command.ts";
import { type AskSources, type Round, type RoundStep, kindAfter } from "../core/board/round.ts";
import type { SourceKind, Telling } from "../core/board-views.ts";
import { LIST_LIMIT_MAX, SCHEDULE_SHARDS } from "../core/limits.ts";
import { DIRECTORY_OBJECT_NAME, scheduleObjectName } from "../core/names.ts";
import { messageOf } from "../core/result.ts";
import { BOARD_ASKED_A_TICK } from "../core/view-limits.ts";
import type { Env } from "../env.ts";
import { log } from "../log.ts";
import { DONE, type EffectContext, type EffectRow, type EffectTable } from "./performer.ts";

/** How a source of each kind is asked. */
const ASKED: { readonly [K in SourceKind]: (env: Env, name: string) => Promise<Telling | undefined> } = {
  flow: (env, name) => env.FLOWS.getByName(name).boardTelling(),
  directory: (env) => directoryOf(env).boardTelling(),
  queue: (env, name) => env.QUEUES.getByName(name).boardTelling(),
  topic: (env, name) => env.TOPICS.getByName(name).boardTelling(),
  shard: (env, name) => env.SCHEDULES.getByName(name).boardTelling(),
};
const SHARDS = Array.from({ length: SCHEDULE_SHARDS }, (_, shard) => scheduleObjectName(shard)).toSorted();

/** Names that one round looks at with one tick. */
interface Slice {
  readonly names: readonly string[];
  readonly next: RoundStep;
}

/** As many as one tick asks, of one kind after the other. */
const askSources: EffectRow<BoardMachine, AskSources, BoardCommand> = {
  groupBy: ({ id }) => id,
  async perform(context, [effect]) {
    const { round } = context.machine;
    if (!round || !effect) return DONE;
    const tellings: Telling[] = [];
    let step: RoundStep = { kind: round.kind, after: round.after };
    for (let left = BOARD_ASKED_A_TICK; step !== "over" && left > 0;) {
      const { kind } = step;
      const slice: Slice = await sliceOf(context, { ...round, ...step }, left);
      const asked = await Promise.all(slice.names.map((name) => ask(context, kind, name)));
      tellings.push(...asked.filter((telling) => telling !== undefined));
      left -= slice.names.length;
      step = slice.next;
    }
    return { done: true, commands: [{ type: "roundWent", effect, tellings, step }] };
  },
};

/** Whoever does not answer is asked again with the next round. */
async function ask({ env, object }: EffectContext<BoardMachine>, kind: SourceKind, name: string) {
  try {
    return await ASKED[kind](env, name);
  } catch (error) {
    log({
      event: "effectFailed",
      object,
      kind: "askSources",
      source: `${kind} ${name}`,
      message: messageOf(error),
    });
    return undefined;
  }
}

/** Those of the next names that are to be asked, at most so many, and those that only the board has. */
async function sliceOf(
  context: EffectContext<BoardMachine>,
  { kind, after, isWhole }: Round,
  most: number,
): Promise<Slice> {
  const { env, machine } = context;
  const names = await namesOf(env, kind, after);
  const active = new Set(
    isWhole || kind !== "flow" ? [] : await directoryOf(env).activeFlows(LIST_LIMIT_MAX),
  );
  const last = names.length < LIST_LIMIT_MAX ? undefined : names.at(-1);
  const listed = new Set(names);
  const unlisted = machine.namesBetween(kind, after, last).filter((name) => !listed.has(name));
  const isMeant = (name: string) =>
    isWhole || !listed.has(name) || active.has(name) || machine.isRestless(kind, name, Date.now());
  const meant = [...names, ...unlisted].toSorted().filter(isMeant);
  const asked = meant.slice(0, most);
  const isOut = asked.length < meant.length;
  return { names: asked, next: nextOf(kind, isOut ? asked.at(-1) : last) };
}

/** Names of a kind behind one: shards there are always, of all else the directory knows. */
async function namesOf(env: Env, kind: SourceKind, after: string): Promise<readonly string[]> {
  if (kind === "directory") return [DIRECTORY_OBJECT_NAME].filter((name) => name > after);
  return kind === "shard"
    ? SHARDS.filter((name) => name > after)
    : directoryOf(env).names(kind, LIST_LIMIT_MAX, after);
}

function directoryOf(env: Env) {
  return env.DIRECTORY.getByName(DIRECTORY_OBJECT_NAME);
}

function nextOf(kind: SourceKind, after: string | undefined): RoundStep {
  if (after !== undefined) return { kind, after };
  const following = kindAfter(kind);
  return following === undefined ? "over" : { kind: following, after: "" };
}

export const BOARD_EFFECTS: EffectTable<BoardMachine, BoardEffect, BoardCommand> = { askSources };
