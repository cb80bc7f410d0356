import type { BoardMachine } from "../core/board/board-machine.ts";
import type { BoardCommand, BoardEffect } from "../core/board/command.ts";
import { type AskSources, type Round, kindAfter } from "../core/board/round.ts";
import type { SourceKind, Telling } from "../core/board-views.ts";
import { LIST_LIMIT_MAX } from "../core/limits.ts";
import { DIRECTORY_OBJECT_NAME } from "../core/names.ts";
import { messageOf } from "../core/result.ts";
import { BOARD_ASKED_A_TICK } from "../core/view-limits.ts";
import type { Env } from "../env.ts";
import { log } from "../log.ts";
import { DONE, type EffectContext, type EffectRow, type EffectTable } from "./performer.ts";

/** How a source of each kind is asked. */
const ASKED: { readonly [K in SourceKind]: (env: Env, name: string) => Promise<Telling | undefined> } = {
  flow: (env, name) => env.FLOWS.getByName(name).boardTelling(),
};

/** Names that one round looks at with one tick. */
interface Slice {
  readonly names: readonly string[];
  readonly next: Pick<Round, "kind" | "after"> | "over";
}

const askSources: EffectRow<BoardMachine, AskSources, BoardCommand> = {
  groupBy: ({ id }) => id,
  async perform(context, [effect]) {
    const { round } = context.machine;
    if (!round || !effect) return DONE;
    const { names, next: step } = await sliceOf(context, round);
    const asked = await Promise.all(names.map((name) => ask(context, round.kind, name)));
    const tellings = asked.filter((telling) => telling !== undefined);
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

/** Those of the directory's next names that are to be asked, and those that only the board has. */
async function sliceOf(
  { env, machine }: EffectContext<BoardMachine>,
  { kind, after, isWhole }: Round,
): Promise<Slice> {
  const directory = env.DIRECTORY.getByName(DIRECTORY_OBJECT_NAME);
  const names = await directory.names(kind, LIST_LIMIT_MAX, after);
  const active = new Set(isWhole ? [] : await directory.activeFlows(LIST_LIMIT_MAX));
  const last = names.length < LIST_LIMIT_MAX ? undefined : names.at(-1);
  const listed = new Set(names);
  const unlisted = machine.namesBetween(kind, after, last).filter((name) => !listed.has(name));
  const isMeant = (name: string) =>
    isWhole || !listed.has(name) || active.has(name) || machine.isRestless(kind, name, Date.now());
  const meant = [...names, ...unlisted].toSorted().filter(isMeant);
  const asked = meant.slice(0, BOARD_ASKED_A_TICK);
  const isOut = asked.length < meant.length;
  return { names: asked, next: nextOf(kind, isOut ? asked.at(-1) : last) };
}

function nextOf(kind: SourceKind, after: string | undefined): Slice["next"] {
  if (after !== undefined) return { kind, after };
  const following = kindAfter(kind);
  return following === undefined ? "over" : { kind: following, after: "" };
}

export const BOARD_EFFECTS: EffectTable<BoardMachine, BoardEffect, BoardCommand> = { askSources };
