import type { Flow, Step, StepList } from "../fdl/flow.ts";
import { parseFramePath, parseStepPath } from "./paths.ts";

/** The list that a frame runs, by the names in its path: closed frames have no record that would tell. */
export function listAt(flow: Flow, framePath: string): StepList | undefined {
  if (framePath === "") return flow.lists[0];
  const owner = stepAt(flow, parseFramePath(framePath)?.owner ?? "");
  return owner && "body" in owner ? flow.lists[owner.body] : undefined;
}

/** The step that a step path names. */
export function stepAt(flow: Flow, path: string): Step | undefined {
  const address = parseStepPath(path);
  return address && listAt(flow, address.frame)?.steps.find(({ name }) => name === address.step);
}
