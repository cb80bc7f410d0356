import { pathOf } from "../../api/client.ts";
import type { ExecutionHead } from "../../api/types.ts";
import type { PauseTarget } from "../../components/pause.tsx";
import { words } from "../../words/index.ts";

/** An execution as what can be paused; its page hears of it by itself. */
export function pauseOf({ flow, name, paused }: ExecutionHead): PauseTarget {
  const { pauses: texts } = words();
  return {
    name,
    path: pathOf("flows", flow, "executions", name),
    isPaused: paused !== undefined,
    says: texts.executionSays,
    resumeSays: texts.executionResumeSays,
    group: "",
    names: [flow, name],
    hasEnd: true,
  };
}
