import type { Step, StepList } from "../../fdl/flow.ts";
import type { Execution } from "./execution-state.ts";
import { parseFramePath, parseStepPath } from "./addresses.ts";

type Place = Pick<Execution, "flow" | "behaviours">;

/** The list that a frame runs, by the names in its path: closed frames have no record that would tell. */
export function listAt(place: Place, framePath: string): StepList | undefined {
  if (framePath === "") return place.flow.lists[0];
  const address = parseFramePath(framePath);
  const owner = address && stepAt(place, address.owner);
  const list = owner && place.behaviours(owner).childList(owner, address.index);
  return list === undefined ? undefined : place.flow.lists[list];
}

/** The step that a step path names. */
export function stepAt(place: Place, path: string): Step | undefined {
  const address = parseStepPath(path);
  return address && listAt(place, address.frame)?.steps.find(({ name }) => name === address.step);
}
