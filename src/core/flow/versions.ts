import type { Records, Table } from "../durable/records.ts";
import { shaped } from "../durable/shape.ts";
import { sortable } from "../text.ts";
import { VERSIONS_REMOVED_AT_ONCE } from "../limits.ts";
import type { FlowVersion } from "./flow.ts";

const VERSION = shaped<FlowVersion>({ version: "number", definition: "text", createdAt: "number" });

/** The stored definitions of a flow, a row each. */
export class Versions {
  private readonly table: Table<FlowVersion>;

  constructor(records: Records) {
    this.table = records.table("version:", VERSION);
  }

  find(generation: number, version: number): FlowVersion | undefined {
    return this.table.get(keyOf(generation, version));
  }

  /** The newest first, from the one before `before`. */
  *newest(generation: number, before = Number.MAX_SAFE_INTEGER): Generator<FlowVersion> {
    const after = keyOf(generation, before);
    const range = { within: prefixOf(generation), order: "descending", after } as const;
    for (const [, version] of this.table.entries(range)) yield version;
  }

  /** 0 when there is none. Reads all keys. */
  newestGeneration(): number {
    let newest = 0;
    for (const key of this.table.keys()) newest = Math.max(newest, Number.parseInt(key, 10) || 0);
    return newest;
  }

  write(generation: number, version: FlowVersion): void {
    this.table.put(keyOf(generation, version.version), version);
  }

  /** Removes some of a deleted generation; false when there are more. */
  remove(generation: number): boolean {
    const keys: string[] = [];
    for (const key of this.table.keys({ within: prefixOf(generation) })) {
      if (keys.push(key) >= VERSIONS_REMOVED_AT_ONCE) break;
    }
    for (const key of keys) this.table.delete(key);
    return keys.length < VERSIONS_REMOVED_AT_ONCE;
  }
}

function prefixOf(generation: number): string {
  return `${generation}:`;
}

function keyOf(generation: number, version: number): string {
  return `${prefixOf(generation)}${sortable(version)}`;
}
