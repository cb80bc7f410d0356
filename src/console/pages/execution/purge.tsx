import { useLocation } from "preact-iso";
import { pathOf, write } from "../../api/client.ts";
import type { ExecutionHead } from "../../api/types.ts";
import { CopyAs } from "../../components/copy-as.tsx";
import { curlOf, quoted } from "../../components/copy.ts";
import { Confirm } from "../../components/dialog.tsx";
import { tell } from "../../components/toasts.tsx";
import { addresses } from "../../frame/addresses.ts";
import { words } from "../../words/index.ts";

export interface PurgeDialogProps {
  readonly head: ExecutionHead;
  readonly onClose: () => void;
}

/** Whoever deletes an execution goes on at the list that it was in. */
export function PurgeDialog({ head: { flow, name }, onClose }: PurgeDialogProps) {
  const { execution: texts } = words();
  const { route } = useLocation();
  const path = pathOf("flows", flow, "executions", name);
  async function purge(): Promise<void> {
    await write("DELETE", path);
    tell(texts.purged(name));
    route(`${addresses.executions}?flow=${encodeURIComponent(flow)}`);
  }
  return (
    <Confirm
      title={texts.purgeTitle(name)}
      says={texts.purgeBody}
      verb={texts.purge}
      isDanger
      act={purge}
      onClose={onClose}
    >
      <CopyAs curl={curlOf("DELETE", path)} cli={`npx millrace purge ${quoted(flow)} ${quoted(name)}`} />
    </Confirm>
  );
}
