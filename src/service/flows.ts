import { compileDefinition } from "../core/fdl/compile.ts";
import { type Diagnostic, DIAGNOSTICS } from "../core/fdl/diagnostic.ts";
import type { FlowRecord } from "../core/flow/flow-machine.ts";
import { type Rejection, reject } from "../core/result.ts";
import type { Env } from "../env.ts";
import { askDirectory, askFlow } from "./objects.ts";

/** What is wrong with a definition that is meant for a flow of this name; errors mean that it cannot be stored. */
export function checkDefinition(
  definition: string,
  name?: string,
): { valid: boolean; diagnostics: Diagnostic[] } {
  const { diagnostics, name: ownName } = compileDefinition(definition);
  const all = [...diagnostics];
  if (name !== undefined && ownName !== undefined && ownName !== name) {
    const message = `the definition names itself "${ownName}", but it is stored as "${name}": make them equal`;
    all.push({
      code: "InvalidName",
      severity: DIAGNOSTICS.InvalidName,
      message,
      path: "name",
      line: 1,
      column: 1,
    });
  }
  return { valid: all.every(({ severity }) => severity !== "error"), diagnostics: all };
}

/** Stores a definition as the flow's newest version, if it is valid and differs from the one before. */
export async function storeFlow(env: Env, name: string, definition: string, description: string | undefined) {
  const { valid, diagnostics } = checkDefinition(definition, name);
  if (!valid) return { stored: false, diagnostics } as const;
  const outcome = await askFlow(env, name, (flow) => flow.put(name, definition, description));
  if (!outcome.ok || !outcome.flow)
    throw new Error(`Broken invariant: a valid definition is stored (${name})`);
  await registerAtOnce(env, outcome.flow, outcome.created === true);
  return { stored: true, created: outcome.created === true, diagnostics } as const;
}

/** The flow's object does this too, and repeats it until it is done; here it is so that a list right after shows it. */
async function registerAtOnce(env: Env, { name, generation }: FlowRecord, isNew: boolean): Promise<void> {
  if (!isNew) return;
  await askDirectory(env, (directory) =>
    directory.apply({ type: "register", kind: "flow", name, generation }),
  );
}

export async function deleteFlow(env: Env, name: string): Promise<Rejection | { ok: true }> {
  const stored = await askFlow(env, name, (flow) => flow.get());
  if (!stored) return flowNotExists(name);
  const outcome = await askFlow(env, name, (flow) => flow.remove());
  const { generation } = stored.flow;
  await askDirectory(env, (directory) =>
    directory.apply({ type: "unregister", kind: "flow", name, generation }),
  );
  return outcome.ok ? { ok: true } : outcome;
}

export function flowNotExists(name: string): Rejection {
  return reject("FlowNotExists", `there is no flow "${name}"`);
}
