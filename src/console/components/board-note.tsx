import { useComputed } from "@preact/signals";
import type { Board } from "../api/types.ts";
import { board } from "../state/board.ts";
import { words } from "../words/index.ts";

/** What the board says of everything at once; undefined until it is known. */
export function useBoard(): Board | undefined {
  return useComputed(() => board.value).value;
}

/** That a list which the board gives may lack something. */
export function BoardNote() {
  const { isWhole = true, isCut = false } = useBoard() ?? {};
  const { board: texts } = words();
  if (isWhole && !isCut) return null;
  return (
    <div class="note soft-run" role="status">
      <span class="says">{isWhole ? texts.isCut : texts.building}</span>
    </div>
  );
}
