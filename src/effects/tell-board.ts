import type { Telling } from "../core/board-views.ts";
import { BOARD_OBJECT_NAME } from "../core/names.ts";
import type { BoardTold, Stand, TellBoard } from "../core/telling.ts";
import { DONE, type EffectRow } from "./performer.ts";

/** Whoever tells the board of itself. */
interface Teller {
  /** By the name of its object. */
  telling(now: number, name: string): Stand<Telling> | undefined;
}

/** Tells the board how the object that asks is now, however many changes there were. */
export const tellBoard: EffectRow<Teller, TellBoard, BoardTold> = {
  groupBy: ({ kind }) => kind,
  atOnce: 1,
  async perform({ env, machine, object }) {
    const told = machine.telling(Date.now(), object);
    if (!told) return DONE;
    const { pauseMs } = await env.BOARD.getByName(BOARD_OBJECT_NAME).tell(told.telling);
    return { done: true, commands: [{ type: "boardTold", stand: told.stand, pauseMs }] };
  },
};
