import { vi } from "vitest";
import { ISOLATE } from "../../../durable-objects/isolate.ts";
import type { Budget } from "../../../src/core/durable/budget.ts";
import { ISOLATE_CACHE_BYTES, OBJECT_MEMORY_BYTES } from "../../../src/core/limits.ts";

/** The budgets of all objects: whether one is above its limit, and how much of each something else takes. */
export class MemoryWatch {
  private readonly charged = new Set<Budget>();
  private readonly known = new WeakSet<Budget>();
  /** Bytes that each object has for itself, from when it is brought into memory: a small room is full soon. */
  room: number;

  constructor(room = OBJECT_MEMORY_BYTES) {
    this.room = room;
  }

  /** Budgets of this class count; a process that was started anew has a class of its own. */
  watch(type: typeof Budget): void {
    const { charge, refusal } = type.prototype;
    const meet = (budget: Budget) => this.meet(budget, charge);
    const { charged } = this;
    vi.spyOn(type.prototype, "charge").mockImplementation(function charges(this: Budget, bytes) {
      meet(this);
      charged.add(this);
      charge.call(this, bytes);
    });
    vi.spyOn(type.prototype, "refusal").mockImplementation(function refuses(this: Budget, ...asked) {
      meet(this);
      return refusal.apply(this, asked);
    });
  }

  /** Whether what was charged since the last call is more than there is room for. */
  isOver(): boolean {
    const budgets = [...this.charged];
    this.charged.clear();
    const isOver = budgets.some((budget) => budget.refusal(0, "", "") !== undefined);
    return isOver || ISOLATE.cache.bytes > ISOLATE_CACHE_BYTES;
  }

  private meet(budget: Budget, charge: Budget["charge"]): void {
    if (this.known.has(budget)) return;
    this.known.add(budget);
    charge.call(budget, OBJECT_MEMORY_BYTES - this.room);
  }
}
