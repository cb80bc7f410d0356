import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, test } from "vitest";
import { Meter } from "../../durable-objects/meter.ts";
import { Database } from "../../durable-objects/storage/database.ts";
import { toParts } from "../../durable-objects/storage/parts.ts";
import { SqlCells } from "../../durable-objects/storage/sql-cells.ts";
import { Records, TEXT } from "../../src/core/durable/records.ts";
import { sortable } from "../../src/core/text.ts";
import { unique } from "./call.ts";

function inObject(run: (sql: SqlStorage) => void): Promise<void> {
  return runInDurableObject(env.DIRECTORY.getByName(unique("storage")), (_, state) => run(state.storage.sql));
}

describe("cells", () => {
  test("come back whole, however long, in the order of their keys, from either end", () =>
    inObject((sql) => {
      const cells = new SqlCells(new Database(sql, new Meter("DirectoryObject")));
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
  const A = { name: "a", statement: "CREATE TABLE a (x INTEGER)" };
  const B = { name: "b", statement: "CREATE TABLE b (y INTEGER)" };
  const open = (sql: SqlStorage) => new Database(sql, new Meter("DirectoryObject"));

  test("has each table from its first row on, and no other", () =>
    inObject((sql) => {
      const [a, b] = [A, B].map((form) => open(sql).table(form));
      expect(a?.read("SELECT * FROM a")).toEqual([]);
      a?.change("DELETE FROM a");
      expect(tablesOf(sql)).toEqual([]);
      b?.insert("INSERT INTO b VALUES (2)");
      expect(tablesOf(sql)).toEqual(["b"]);
      expect(open(sql).table(B).read("SELECT * FROM b")).toEqual([{ y: 2 }]);
    }));

  test("of an earlier release, which told its version in a table, goes on as it is", () =>
    inObject((sql) => {
      for (const statement of [
        "CREATE TABLE migration (number INTEGER PRIMARY KEY)",
        A.statement,
        B.statement,
        "INSERT INTO migration VALUES (1)",
        "INSERT INTO a VALUES (1)",
      ])
        sql.exec(statement);
      const a = open(sql).table(A);
      a.insert("INSERT INTO a VALUES (2)");
      expect(a.read("SELECT x FROM a ORDER BY x")).toEqual([{ x: 1 }, { x: 2 }]);
      expect(open(sql).table(B).read("SELECT * FROM b")).toEqual([]);
    }));
});

function tablesOf(sql: SqlStorage): string[] {
  const found = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray();
  return found.map(({ name }) => name).filter((name) => !name.startsWith("_cf"));
}
