import type { BeginRound, DoctorView } from "../core/inspection-views.ts";
import { type Result, reject } from "../core/result.ts";
import type { Env } from "../env.ts";
import { askDirectory, askFlow } from "./objects.ts";

/** Begins an inspection now. Rejections: DoctorRunning, FlowNotExists. */
export async function askDoctor(
  env: Env,
  request: Omit<BeginRound, "type">,
): Promise<Result<{ readonly round: number }>> {
  const { flow } = request;
  // What its own object says counts: lists may not show it.
  if (flow !== undefined && !(await askFlow(env, flow, (object) => object.summary())))
    return reject("FlowNotExists", `there is no flow "${flow}"`);
  return askDirectory(env, (directory) => directory.beginRound({ type: "beginRound", ...request }));
}

export function readDoctor(env: Env): Promise<DoctorView> {
  return askDirectory(env, (directory) => directory.doctor());
}
