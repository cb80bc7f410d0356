import { parseOwn } from "./json.ts";
import { type Cells, withPrefix } from "./cells.ts";
import type { AnyEffect } from "./machine.ts";

const PREFIX = "effect:";

/** Effects that are not done, each in a cell of its own: for machines that keep no journal. */
export class DurableEffects<Effect extends AnyEffect> {
  private readonly cells: Cells;
  private readonly pending = new Map<string, Effect>();
  private fresh: Effect[];

  constructor(cells: Cells) {
    this.cells = cells;
    for (const [, text] of withPrefix(cells, PREFIX)) {
      const effect = parseOwn<Effect>(text);
      this.pending.set(effect.id, effect);
    }
    this.fresh = [...this.pending.values()];
  }

  add(effect: Effect): void {
    this.pending.set(effect.id, effect);
    this.fresh.push(effect);
    this.cells.write(`${PREFIX}${effect.id}`, JSON.stringify(effect));
  }

  remove({ id }: Effect): void {
    if (this.pending.delete(id)) this.cells.delete(`${PREFIX}${id}`);
  }

  has({ id }: Pick<Effect, "id">): boolean {
    return this.pending.has(id);
  }

  some(isMeant: (effect: Effect) => boolean): boolean {
    for (const effect of this.pending.values()) if (isMeant(effect)) return true;
    return false;
  }

  takeNew(): readonly Effect[] {
    const taken = this.fresh;
    this.fresh = [];
    return taken;
  }
}
