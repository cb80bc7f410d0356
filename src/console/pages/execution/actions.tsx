import { useState } from "preact/hooks";
import { write, pathOf } from "../../api/client.ts";
import type { ExecutionHead } from "../../api/types.ts";
import { Button, IconButton } from "../../components/button.tsx";
import { copyText, curlOf, quoted } from "../../components/copy.ts";
import { Confirm } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { Menu, MenuItem } from "../../components/menu.tsx";
import { StartDialog } from "../../components/start-dialog.tsx";
import { tell } from "../../components/toasts.tsx";
import { isOver, stateOfStatus } from "../../model/states.ts";
import { mayChange } from "../../state/session.ts";
import { words } from "../../words/index.ts";

/** What can be done with an execution; who may not change anything sees what only copies. */
export function ExecutionActions({ head }: { readonly head: ExecutionHead }) {
  const [asks, ask] = useState<"stop" | "again" | undefined>(undefined);
  const { common, execution: texts } = words();
  const { flow, name } = head;
  const base = pathOf("flows", flow, "executions", name);
  const isRunning = !isOver(stateOfStatus(head.status));
  const close = () => ask(undefined);
  return (
    <>
      <IconButton icon="link" label={common.copyLink} onPress={() => void copyText(location.href)} />
      <Menu>
        <MenuItem icon="copy" onPress={() => void copyText(curlOf("GET", base))}>
          {common.copyCurl}
        </MenuItem>
        <MenuItem
          icon="copy"
          onPress={() => void copyText(`npx millrace show ${quoted(flow)} ${quoted(name)}`)}
        >
          {common.copyCli}
        </MenuItem>
      </Menu>
      {mayChange() && isRunning && (
        <Button icon="stopped" kind="danger" onPress={() => ask("stop")}>
          {texts.stop}
        </Button>
      )}
      {mayChange() && (
        <Button icon="start" kind={isRunning ? "plain" : "solid"} onPress={() => ask("again")}>
          {texts.runAgain}
        </Button>
      )}
      {asks === "stop" && <StopDialog base={base} onClose={close} />}
      {asks === "again" && (
        <StartDialog
          flow={flow}
          title={texts.runAgainTitle(flow)}
          says={texts.runAgainBody}
          input={head.input ?? {}}
          onClose={close}
        />
      )}
    </>
  );
}

function StopDialog({ base, onClose }: { readonly base: string; readonly onClose: () => void }) {
  const { execution: texts } = words();
  const [reason, setReason] = useState("");
  async function stop(): Promise<void> {
    await write("POST", `${base}/stop`, reason === "" ? {} : { cause: reason });
    tell(texts.stopped);
  }
  return (
    <Confirm
      title={texts.stopTitle}
      says={texts.stopBody}
      verb={texts.stop}
      isDanger
      act={stop}
      onClose={onClose}
    >
      <Field label={texts.stopReason} value={reason} onInput={setReason} />
    </Confirm>
  );
}
