import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { Meter } from "../../durable-objects/meter.ts";
import { Database } from "../../durable-objects/storage/database.ts";
import { toParts } from "../../durable-objects/storage/parts.ts";
import { CELL_MIGRATIONS, SqlCells } from "../../durable-objects/storage/sql-cells.ts";
import { Records, TEXT } from "../../src/core/durable/records.ts";
import { sortable } from "../../src/core/text.ts";
import { unique } from "./call.ts";

function inObject(run: (sql: SqlStorage) => void): Promise<void> {
  return runInDurableObject(env.DIRECTORY.getByName(unique("storage")), (_, state) => run(state.storage.sql));
}

describe("cells", () => {
  test("come back whole, however long, in the order of their keys, from either end", () =>
    inObject((sql) => {
      const cells = new SqlCells(new Database(sql, CELL_MIGRATIONS, new Meter("DirectoryObject")));
      const long = "😀ä".repeat(400_000);
      for (const number of [3, 1, 20, 10]) cells.write(`n:${sortable(number)}`, String(number));
      cells.write("n:long", long);
      cells.write("o:other", "x");
      expect(cells.read("n:long")).toBe(long);
      const table = new Records(cells).table("n:", TEXT);
      const found = Array.from(table.entries(), ([, text]) => text);
      expect(found.slice(0, 4)).toEqual(["1", "3", "10", "20"]);
      expect(found[4] === long).toBe(true);
      const before = table.entries({ order: "descending", after: sortable(20) });
      expect(Array.from(before, ([, text]) => text)).toEqual(["10", "3", "1"]);
      const [[, last] = []] = table.entries({ order: "descending" });
      expect(last === long).toBe(true);
      cells.write("n:long", "short");
      expect(cells.read("n:long")).toBe("short");
      cells.delete("n:long");
      expect(cells.read("n:long")).toBeUndefined();
    }));

  test("parts never cut a character in two", () => {
    const text = `x${"😀".repeat(700_000)}`;
    const parts = toParts(text);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.join("")).toBe(text);
    expect(parts.every((part) => part.isWellFormed())).toBe(true);
  });
});

describe("a database", () => {
  test("has no tables before the first write, and each migration once", () =>
    inObject((sql) => {
      const meter = new Meter("DirectoryObject");
      const first = [["CREATE TABLE a (x INTEGER)"]];
      const more = [...first, ["CREATE TABLE b (y INTEGER)", "INSERT INTO b VALUES (2)"]];
      const database = new Database(sql, first, meter);
      expect(database.read("SELECT * FROM a")).toEqual([]);
      expect(sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'a'").toArray()).toEqual([]);
      database.write("INSERT INTO a VALUES (1)");
      const later = new Database(sql, more, meter);
      expect(later.read("SELECT * FROM b")).toEqual([{ y: 2 }]);
      const again = new Database(sql, more, meter);
      expect(again.read("SELECT * FROM b")).toEqual([{ y: 2 }]);
      expect(again.read("SELECT * FROM a")).toEqual([{ x: 1 }]);
    }));
});
