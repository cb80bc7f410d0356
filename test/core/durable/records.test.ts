import { beforeEach, describe, expect, test } from "vitest";
import { Records, TEXT } from "../../../src/core/durable/records.ts";
import { MemoryCells } from "../../support/memory-cells.ts";

class CountedCells extends MemoryCells {
  readonly written: string[] = [];

  override write(key: string, text: string): void {
    this.written.push(key);
    super.write(key, text);
  }
}

let cells: CountedCells;
let records: Records;

beforeEach(() => {
  cells = new CountedCells();
  records = new Records(cells);
});

describe("records", () => {
  test("are seen by the commit that changes them, and written once when it ends", () => {
    const table = records.table<{ n: number }>("thing:");
    for (const n of [1, 2, 3]) table.put("a", { n });
    expect(table.get("a")).toEqual({ n: 3 });
    expect(cells.written).toEqual([]);
    records.save();
    records.save();
    expect(cells.written).toEqual(["thing:a"]);
    expect(new Records(cells).table("thing:").get("a")).toEqual({ n: 3 });
  });

  test("of a commit that failed are as they were", () => {
    const table = records.table<number>("thing:");
    table.put("kept", 1);
    table.put("gone", 2);
    records.save();
    table.put("kept", 5);
    table.put("new", 6);
    table.delete("gone");
    expect([table.get("kept"), table.get("new"), table.get("gone")]).toEqual([5, 6, undefined]);
    records.discard();
    expect([...table.entries()]).toEqual([
      ["gone", 2],
      ["kept", 1],
    ]);
  });

  test("come in the order of their keys, from either end, with what the commit changed", () => {
    const table = records.table<number>("thing:");
    for (const key of ["c", "a", "d"]) table.put(key, 0);
    records.save();
    table.put("b", 0);
    table.delete("d");
    expect([...table.keys()]).toEqual(["a", "b", "c"]);
    expect([...table.keys({ order: "descending" })]).toEqual(["c", "b", "a"]);
  });

  test("can be asked for in part: within, behind, and up to a key, in the order asked for", () => {
    const table = records.table<number>("thing:");
    for (const key of ["a:1", "a:2", "a:3", "b:1", "b:2"]) table.put(key, 0);
    const keys = (range: object) => [...table.keys(range)];
    expect(keys({ within: "a:" })).toEqual(["a:1", "a:2", "a:3"]);
    expect(keys({ within: "a:", after: "a:1" })).toEqual(["a:2", "a:3"]);
    expect(keys({ within: "a:", after: "a:3", order: "descending" })).toEqual(["a:2", "a:1"]);
    expect(keys({ after: "a:2", until: "b:2" })).toEqual(["a:3", "b:1"]);
    expect(keys({ after: "b:2", until: "a:3", order: "descending" })).toEqual(["b:1", "a:3"]);
    expect(keys({ within: "b:", after: "a:2" })).toEqual(["b:1", "b:2"]);
    expect(keys({ within: "a:", after: "b:1" })).toEqual([]);
    expect(keys({ within: "c:" })).toEqual([]);
  });

  test("of one table know nothing of another's, and can be cleared in part", () => {
    const [one, other] = [records.table<number>("one:"), records.table<number>("other:")];
    for (const key of ["a:1", "a:2", "b:1"]) one.put(key, 1);
    other.put("a:1", 2);
    one.clear("a:");
    records.save();
    expect([...one.keys()]).toEqual(["b:1"]);
    expect([...other.entries()]).toEqual([["a:1", 2]]);
  });

  test("may be texts as they are, and one by itself", () => {
    const texts = records.table("text:", TEXT);
    texts.put("empty", "");
    texts.put("request", "no JSON {");
    const single = records.single<number>("single");
    expect(single.get()).toBeUndefined();
    single.put(7);
    records.save();
    expect([...texts.entries()]).toEqual([
      ["empty", ""],
      ["request", "no JSON {"],
    ]);
    expect([single.get(), cells.read("single")]).toEqual([7, "7"]);
    single.delete();
    records.save();
    expect(single.get()).toBeUndefined();
  });
});
