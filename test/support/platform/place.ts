import type { DatabaseSync } from "node:sqlite";
import type { Life } from "./life.ts";
import { SimulatedSql, newDatabase } from "./sql.ts";

/** Where an object lives: what it stored outlives it. */
export interface Place {
  readonly database: DatabaseSync;
  readonly sql: SimulatedSql;
  life: Life | undefined;
  alarmAt: number | undefined;
  alarmTimer: ReturnType<typeof setTimeout> | undefined;
}

export function newPlace(): Place {
  const database = newDatabase();
  return {
    database,
    sql: new SimulatedSql(database),
    life: undefined,
    alarmAt: undefined,
    alarmTimer: undefined,
  };
}
