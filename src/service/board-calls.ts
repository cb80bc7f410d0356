import type { Need } from "../core/board-views.ts";
import type { AcknowledgementCommand } from "../core/directory/acknowledgements.ts";
import { type Result, reject } from "../core/result.ts";
import type { Env } from "../env.ts";
import { askBoard, askDirectory } from "./objects.ts";

export type Said = Omit<Extract<AcknowledgementCommand, { type: "acknowledge" }>, "type">;

/** Somebody looks after what the board shows as needed. Rejections: NeedNotExist. */
export async function acknowledge(env: Env, said: Said): Promise<Result<{ readonly need: Need }>> {
  const { needs } = await askBoard(env, (board) => board.frame());
  const need = needs.find(({ id }) => id === said.id);
  if (!need) return reject("NeedNotExist", "the board shows nothing of this id: it may be over by now");
  const telling = await change(env, { type: "acknowledge", ...said });
  const found = telling.digest?.acknowledged.find(({ id }) => id === said.id);
  if (!found) return { ok: true, need };
  const { id: _, ...acknowledged } = found;
  return { ok: true, need: { ...need, acknowledged } };
}

/** Whether it was acknowledged or not, it is not any more. */
export async function takeBack(env: Env, id: string): Promise<void> {
  await change(env, { type: "takeBack", id });
}

async function change(env: Env, command: AcknowledgementCommand) {
  const telling = await askDirectory(env, (directory) => directory.acknowledge(command));
  await askBoard(env, (board) => board.tell(telling));
  return telling;
}
