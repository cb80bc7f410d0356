import type { DirectoryKind, RegisterCommand } from "../core/directory/registration.ts";
import type { AnyEffect } from "../core/machine.ts";
import { DIRECTORY_OBJECT_NAME } from "../core/names.ts";
import { DONE, type EffectRow } from "./performer.ts";

interface OfGeneration extends AnyEffect {
  readonly generation: number;
}

/** Tells the directory that the object that asks is there, or is no more. */
export function tellDirectory<M, E extends OfGeneration>(
  type: RegisterCommand["type"],
  kind: DirectoryKind,
): EffectRow<M, E, never> {
  return {
    groupBy: ({ id }) => id,
    async perform({ env, object: name }, effects) {
      const directory = env.DIRECTORY.getByName(DIRECTORY_OBJECT_NAME);
      for (const { generation } of effects) await directory.apply({ type, kind, name, generation });
      return DONE;
    },
  };
}
