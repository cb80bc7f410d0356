import { write } from "../../api/client.ts";
import { Confirm } from "../../components/dialog.tsx";
import { tell } from "../../components/toasts.tsx";
import { addresses } from "../../frame/addresses.ts";
import { words } from "../../words/index.ts";

export interface RunDialogProps {
  readonly flow: string;
  readonly name: string;
  /** The schedule's address in the API. */
  readonly base: string;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

/** Starts a schedule's flow once, as the schedule would. */
export function RunDialog({ flow, name, base, onChanged, onClose }: RunDialogProps) {
  const { schedules: texts, flows } = words();
  async function run(): Promise<void> {
    const { executionName } = await write<{ executionName: string }>("POST", `${base}/run`, {});
    tell(texts.ran(executionName), { title: flows.open, href: addresses.execution(flow, executionName) });
    onChanged();
  }
  return (
    <Confirm
      title={texts.runTitle(name)}
      says={texts.runBody}
      verb={texts.runNow}
      act={run}
      onClose={onClose}
    />
  );
}
