import { useRoute } from "preact-iso";
import { address, pathOf } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { FlowWithGraph } from "../../api/types.ts";
import { Trouble } from "../../components/trouble.tsx";
import { Skeleton } from "../../components/loaded.tsx";
import { Editor } from "./editor.tsx";

/** Whether somebody else stores the flow meanwhile is asked so often. */
const LOOK_MS = 30_000;

export default function EditFlow() {
  const { flow = "" } = useRoute().params;
  const stored = useResource<FlowWithGraph>(address(pathOf("flows", flow)), { everyMs: LOOK_MS });
  if (stored.data === undefined && stored.error !== undefined) {
    return <Trouble error={stored.error} onRetry={stored.reload} />;
  }
  // What was read before may be older than the draft: the editor begins with what is stored now.
  if (stored.data === undefined || (stored.isLoading && stored.error === undefined)) return <Skeleton />;
  return <Editor key={flow} stored={stored.data} onStored={stored.reload} />;
}
