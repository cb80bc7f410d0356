import { parseOwn } from "../json.ts";
import { type Cells, withPrefix } from "../cells.ts";
import type { AnyEffect, Machine } from "../machine.ts";

export type DirectoryKind = "flow" | "queue";

/** Which things of a kind exist; a later generation of a name wins over what is said of an earlier one. */
export interface DirectoryCommand {
  readonly type: "register" | "unregister";
  readonly kind: DirectoryKind;
  readonly name: string;
  readonly generation: number;
}

export interface DirectoryOutcome {
  readonly ok: true;
}

interface Entry {
  readonly generation: number;
  readonly exists: boolean;
}

const OK: DirectoryOutcome = { ok: true };

/** The names of an installation's flows and queues. It has no effects and no timers. */
export class DirectoryMachine implements Machine<DirectoryCommand, DirectoryOutcome, AnyEffect> {
  private readonly cells: Cells;

  constructor(cells: Cells) {
    this.cells = cells;
  }

  /** Existing names behind `after`, in their order. */
  *names(kind: DirectoryKind, after?: string): Generator<string> {
    const prefix = `${kind}:`;
    for (const [key, text] of withPrefix(this.cells, prefix, "ascending", after)) {
      if (parseOwn<Entry>(text).exists) yield key.slice(prefix.length);
    }
  }

  handle({ type, kind, name, generation }: DirectoryCommand): DirectoryOutcome {
    const key = `${kind}:${name}`;
    const text = this.cells.read(key);
    const known = text === undefined ? undefined : parseOwn<Entry>(text);
    const exists = type === "register";
    const isOlder =
      known && (generation < known.generation || (generation === known.generation && !known.exists));
    const isSame = known?.generation === generation && known.exists === exists;
    if (isOlder || isSame) return OK;
    const entry: Entry = { generation, exists };
    this.cells.write(key, JSON.stringify(entry));
    return OK;
  }

  save(): void {
    // Every change is written as it is made: the transaction is around the commands, too.
  }

  drop(): void {
    // There is no memory.
  }

  nextTimerAt(): undefined {
    return undefined;
  }

  wakeCommand(): DirectoryCommand {
    throw new Error("Broken invariant: the directory has no timers");
  }

  takeNewEffects(): readonly AnyEffect[] {
    return [];
  }

  isPending(): boolean {
    return false;
  }

  effectDone(): DirectoryCommand {
    throw new Error("Broken invariant: the directory has no effects");
  }

  effectFailed(): DirectoryCommand {
    throw new Error("Broken invariant: the directory has no effects");
  }
}
