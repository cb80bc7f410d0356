import { secretNames } from "../auth/secrets.ts";
import { compileDefinition } from "../core/fdl/compile.ts";
import type { Diagnostic } from "../core/fdl/diagnostic.ts";
import type { Flow } from "../core/fdl/flow.ts";
import type { FlowOutcome, PatchFlow, PauseFlow, PutFlow, ResumeFlow } from "../core/flow/command.ts";
import type { FlowRecord, FlowSettings } from "../core/flow/flow.ts";
import type { FlowSummary } from "../core/flow/summary.ts";
import { FLOWS_ASKED_MAX } from "../core/limits.ts";
import type { ListedFlow } from "../core/directory/directory-machine.ts";
import type { Nonce } from "../core/durable/nonces.ts";
import type { FoundFlow } from "../core/objects.ts";
import { type Rejection, type Result, reject } from "../core/result.ts";
import { given } from "../core/given.ts";
import type { Env } from "../env.ts";
import { type LeftOut, ListAsking } from "./ask-for-list.ts";
import { askDirectory, askFlow } from "./objects.ts";

/** A flow as it is now, and a version of it. */
export type StoredFlow = FoundFlow;

/** Of a definition that cannot be stored, what is wrong with it. */
export type InvalidDefinition = Rejection & { readonly diagnostics: readonly Diagnostic[] };

export type StoreOutcome =
  | { readonly ok: true; readonly created: boolean; readonly diagnostics: readonly Diagnostic[] }
  | InvalidDefinition
  | Rejection;

/** What is wrong with a definition that is meant for a flow of this name; errors mean that it cannot be stored. */
export function checkDefinition(
  env: Env,
  definition: string,
  name?: string,
): { valid: boolean; diagnostics: readonly Diagnostic[]; flow?: Flow } {
  const { flow, diagnostics } = compileDefinition(definition, { name, secrets: secretNames(env) });
  const valid = diagnostics.every(({ severity }) => severity !== "error");
  return { valid, diagnostics, ...given({ flow }) };
}

function invalid(diagnostics: readonly Diagnostic[]): InvalidDefinition {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const [first] = errors;
  const rest = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
  const detail = `line ${first?.line}, column ${first?.column}: ${first?.message}${rest}`;
  return { ...reject("InvalidDefinition", detail), diagnostics };
}

/** The errors that would keep a stored definition from being stored now; it runs on whatever they are. */
export function refusalsOf(env: Env, definition: string, name: string): Diagnostic[] {
  return checkDefinition(env, definition, name).diagnostics.filter(({ severity }) => severity === "error");
}

/** Whether this is what the flow holds already: an earlier release may have stored what is refused now. */
async function isStored(env: Env, name: string, definition: string): Promise<boolean> {
  const found = await findFlow(env, name);
  return found.ok && found.version.definition === definition;
}

/** What the flow's object says when it is no longer as it was when it was asked for. */
const MOVED: ReadonlySet<string> = new Set(["ConcurrentUpdateError", "FlowAlreadyExists", "FlowNotExists"]);

/** The state of a flow at a version, which must be its newest; 0: that there is no flow. */
async function standAt(
  env: Env,
  name: string,
  ifVersion: number,
): Promise<Result<{ readonly expects: NonNullable<PutFlow["expects"]> }>> {
  const found = await findFlow(env, name);
  const version = found.ok ? found.flow.version : 0;
  if (version === ifVersion) {
    return { ok: true, expects: found.ok ? { generation: found.flow.generation, version } : "none" };
  }
  const is = found.ok ? `is at version ${version}` : "does not exist";
  return reject("VersionMoved", `flow "${name}" ${is}, so nothing was stored: read it, and decide again`);
}

/**
 * Stores a definition as the flow's newest version, if it is valid and differs from the one before; with `ifVersion` only
 * while that is the newest (0: while there is none), else it rejects with `VersionMoved`.
 */
export async function storeFlow(
  env: Env,
  wanted: Omit<PutFlow, "type">,
  ifVersion?: number,
): Promise<StoreOutcome> {
  const { name, definition } = wanted;
  const { valid, diagnostics } = checkDefinition(env, definition, name);
  if (!valid && !(await isStored(env, name, definition))) return invalid(diagnostics);
  const stand = ifVersion === undefined ? undefined : await standAt(env, name, ifVersion);
  if (stand?.ok === false) return stand;
  const command = stand ? { ...wanted, expects: stand.expects } : wanted;
  const outcome = await askFlow(env, name, (flow) => flow.put(command));
  if (!outcome.ok) return stand && MOVED.has(outcome.code) ? reject("VersionMoved", outcome.detail) : outcome;
  if (!outcome.flow) throw new Error(`Broken invariant: a valid definition is stored (${name})`);
  await registerAtOnce(env, outcome);
  return { ok: true, created: outcome.created === true, diagnostics };
}

/**
 * Changes what is given of a flow that exists, and keeps its definition, whatever a newer release thinks of it: the
 * diagnostics tell.
 */
export async function patchFlow(
  env: Env,
  name: string,
  patch: PatchFlow["patch"],
): Promise<Result<StoredFlow & { diagnostics: readonly Diagnostic[] }>> {
  const outcome = await askFlow(env, name, (flow) => flow.patch(patch));
  if (!outcome.ok) return outcome.code === "FlowNotExists" ? flowNotExists(name) : outcome;
  await registerAtOnce(env, outcome);
  const found = await findFlow(env, name);
  if (!found.ok) return found;
  return { ...found, diagnostics: checkDefinition(env, found.version.definition, name).diagnostics };
}

/** Changes what is given of a flow, and keeps the rest; `ConcurrentUpdateError` if somebody else changes it meanwhile. */
export async function changeFlow(
  env: Env,
  name: string,
  changes: { definition?: string; description?: string; settings: FlowSettings; nonce?: Nonce },
): Promise<StoreOutcome> {
  const found = await findFlow(env, name);
  if (!found.ok) return found;
  const { flow, version } = found;
  const description = changes.description ?? version.description;
  return storeFlow(env, {
    name,
    definition: changes.definition ?? version.definition,
    ...(description !== undefined && { description }),
    settings: { ...version.settings, ...changes.settings },
    expects: { generation: flow.generation, version: flow.version },
    ...(changes.nonce && { nonce: changes.nonce }),
  });
}

/** The flow's object does this too, and repeats it until it is done; here it is so that a list right after shows it. */
async function registerAtOnce(
  env: Env,
  { flow, summary }: Extract<FlowOutcome, { ok: true }>,
): Promise<void> {
  if (!flow || !summary) return;
  await askDirectory(env, (directory) => directory.apply(registration(flow, summary)));
}

function registration({ name, generation }: Pick<FlowRecord, "name" | "generation">, summary: FlowSummary) {
  return { type: "register", kind: "flow", name, generation, summary } as const;
}

/** A flow with its newest version, or with one that it has. */
export async function findFlow(env: Env, name: string, version?: number): Promise<Result<StoredFlow>> {
  const found = await askFlow(env, name, (object) => object.get(version));
  if (found) return { ok: true, ...found };
  const current = version === undefined ? undefined : await askFlow(env, name, (object) => object.get());
  if (!current) return flowNotExists(name);
  return reject(
    "VersionNotExists",
    `flow "${name}" has versions 1 to ${current.flow.version}, not ${version}`,
  );
}

/** What a list shows of a flow. */
export type FlowInList = Pick<ListedFlow, "name"> & FlowSummary;

/** Flows by name, behind a cursor that is the last one's name: as the directory knows them, without a call of each. */
export async function listFlows(
  env: Env,
  limit: number,
  cursor: string | undefined,
): Promise<{ items: FlowInList[]; cursor?: string; leftOut?: readonly LeftOut[] }> {
  const page = await askDirectory(env, (directory) => directory.flows(limit, cursor));
  const [, tooMany] = page.items.filter(({ summary }) => !summary).slice(FLOWS_ASKED_MAX - 1);
  const items = tooMany ? page.items.slice(0, page.items.indexOf(tooMany)) : page.items;
  const last = page.more || tooMany ? items.at(-1)?.name : undefined;
  const asking = new ListAsking();
  return { items: await withSummaries(env, items, asking), ...given({ cursor: last }), ...asking.leftOut() };
}

/** Whoever is not in the directory with what is shown, because an earlier release told less, is asked once. */
async function withSummaries(
  env: Env,
  flows: readonly ListedFlow[],
  asking: ListAsking,
): Promise<FlowInList[]> {
  const asked = await Promise.all(
    flows.map(async ({ name, generation, summary }) => {
      const told =
        summary ?? (await asking.ask(name, () => askFlow(env, name, (object) => object.summary())));
      return told && { flow: { name, generation }, summary: told, isNews: summary === undefined };
    }),
  );
  const found = asked.filter((one) => one !== undefined);
  const news = found.filter(({ isNews }) => isNews).map(({ flow, summary }) => registration(flow, summary));
  if (news.length > 0) await askDirectory(env, (directory) => directory.applyAll(news));
  return found.map(({ flow: { name }, summary }) => ({ name, ...summary }));
}

/** Nothing of it starts until it is resumed; `held`: how many starts wait. */
export async function setFlowPause(
  env: Env,
  name: string,
  command: PauseFlow | ResumeFlow,
): Promise<Result<StoredFlow & { held: number }>> {
  const outcome = await askFlow(env, name, (flow) => flow.setPause(command));
  if (!outcome.ok) return outcome.code === "FlowNotExists" ? flowNotExists(name) : outcome;
  await registerAtOnce(env, outcome);
  const found = await findFlow(env, name);
  return found.ok ? { ...found, held: outcome.held ?? 0 } : found;
}

export async function deleteFlow(env: Env, name: string, nonce?: Nonce): Promise<Rejection | { ok: true }> {
  const outcome = await askFlow(env, name, (flow) => flow.remove(nonce));
  if (!outcome.ok) return outcome.code === "FlowNotExists" ? flowNotExists(name) : outcome;
  if (outcome.flow) {
    const { generation } = outcome.flow;
    await askDirectory(env, (directory) =>
      directory.apply({ type: "unregister", kind: "flow", name, generation }),
    );
  }
  return { ok: true };
}

export function flowNotExists(name: string): Rejection {
  return reject("FlowNotExists", `there is no flow "${name}"`);
}
