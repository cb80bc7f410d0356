import { type Cells, sortable, withPrefix } from "../cells.ts";
import { parseOwn } from "../json.ts";
import { VERSIONS_REMOVED_AT_ONCE } from "../limits.ts";
import type { FlowVersion } from "./flow.ts";

/** The stored definitions of a flow, a cell each. */
export class Versions {
  private readonly cells: Cells;

  constructor(cells: Cells) {
    this.cells = cells;
  }

  find(generation: number, version: number): FlowVersion | undefined {
    const text = this.cells.read(keyOf(generation, version));
    return text === undefined ? undefined : parseOwn<FlowVersion>(text);
  }

  /** The newest first, from the one before `before`. */
  *newest(generation: number, before = Number.MAX_SAFE_INTEGER): Generator<FlowVersion> {
    const range = withPrefix(this.cells, prefixOf(generation), "descending", sortable(before));
    for (const [, text] of range) yield parseOwn<FlowVersion>(text);
  }

  write(generation: number, version: FlowVersion): void {
    this.cells.write(keyOf(generation, version.version), JSON.stringify(version));
  }

  /** Removes some of a deleted generation; false when there are more. */
  remove(generation: number): boolean {
    const keys: string[] = [];
    for (const [key] of withPrefix(this.cells, prefixOf(generation))) {
      if (keys.push(key) >= VERSIONS_REMOVED_AT_ONCE) break;
    }
    for (const key of keys) this.cells.delete(key);
    return keys.length < VERSIONS_REMOVED_AT_ONCE;
  }
}

function prefixOf(generation: number): string {
  return `version:${generation}:`;
}

function keyOf(generation: number, version: number): string {
  return `${prefixOf(generation)}${sortable(version)}`;
}
