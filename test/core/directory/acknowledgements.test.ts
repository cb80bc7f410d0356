import { expect, test } from "vitest";
import { BoardMachine } from "../../../src/core/board/board-machine.ts";
import { DirectoryMachine } from "../../../src/core/directory/directory-machine.ts";
import { ACKNOWLEDGED_MAX, ACKNOWLEDGED_MS } from "../../../src/core/view-limits.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

const NOW = Date.UTC(2026, 10, 26);

test("who looks after what is kept over a restart, the newest of it, and not for ever", () => {
  const machine = new DirectoryMachine(new MemoryCells());
  const act = (id: string, now: number, type: "acknowledge" | "takeBack" = "acknowledge") => {
    machine.handle({ type, id, by: "key:k", note: "" }, now);
    machine.save();
    machine.discardMemory();
  };
  const ids = () => machine.acknowledgements.all().map(({ id }) => id);
  act("failed:a", NOW);
  act("worker:机器/1", NOW + 1);
  act("failed:a", NOW + 2);
  expect(ids()).toEqual(["failed:a", "worker:机器/1"]);
  act("failed:a", NOW + 3, "takeBack");
  expect(ids()).toEqual(["worker:机器/1"]);
  for (let nth = 0; nth <= ACKNOWLEDGED_MAX; nth++) act(`need${nth}`, NOW + 10 + nth);
  expect(ids()).toHaveLength(ACKNOWLEDGED_MAX);
  expect(ids()).not.toContain("need0");
  act("last", NOW + 2 * ACKNOWLEDGED_MS);
  expect(ids()).toEqual(["last"]);
});

test("of two that are told in one millisecond the later counts, whichever comes first to the board", () => {
  const machine = new DirectoryMachine(new MemoryCells());
  const [first, second] = ["failed:a", "failed:b"].map((id) => {
    machine.handle({ type: "acknowledge", id, by: "key:k", note: "" }, NOW);
    return machine.telling(NOW);
  });
  const board = new BoardMachine(new MemoryCells());
  for (const telling of [second, first]) if (telling) board.handle({ type: "tell", telling }, NOW);
  const [told] = board.tellings("directory");
  expect(told?.digest?.acknowledged.map(({ id }) => id).toSorted()).toEqual(["failed:a", "failed:b"]);
});
