import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { pathOf, write } from "../../api/client.ts";
import type { ExecutionHead } from "../../api/types.ts";
import { Button, IconButton } from "../../components/button.tsx";
import { copyText, curlOf, quoted } from "../../components/copy.ts";
import { Confirm } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { Menu, MenuItem } from "../../components/menu.tsx";
import { PauseButton } from "../../components/pause.tsx";
import { tell } from "../../components/toasts.tsx";
import { addresses } from "../../frame/addresses.ts";
import { canGoOn } from "../../model/redrive-plan.ts";
import { hasToleratedItems } from "../../model/redrive-way.ts";
import { isOver, stateOfStatus } from "../../model/states.ts";
import { mayChange } from "../../state/session.ts";
import { words } from "../../words/index.ts";
import { AgainDialog } from "./again.tsx";
import { pauseOf } from "./pause.ts";
import { PurgeDialog } from "./purge.tsx";
import { RedriveButton } from "./redrive.tsx";

interface ExecutionActionsProps {
  /** There is room for two besides the menu: the rest is in there. */
  readonly isTight?: boolean;
  readonly head: ExecutionHead;
  /** Though it had ended. */
  readonly onGoesOn: () => void;
}

/** What can be done with an execution; who may not change anything sees what only copies. */
export function ExecutionActions({ isTight = false, head, onGoesOn }: ExecutionActionsProps) {
  const [asks, ask] = useState<"stop" | "again" | "purge" | undefined>(undefined);
  const { common, compare, execution: texts } = words();
  const { route } = useLocation();
  const { flow, name } = head;
  const base = pathOf("flows", flow, "executions", name);
  const isRedrivable = canGoOn(head.status);
  const isRunning = !isOver(stateOfStatus(head.status));
  /** Who looks at one that runs wants to hold or stop it. */
  const isInMenu = isTight && isRunning && mayChange();
  const close = () => ask(undefined);
  return (
    <>
      {!isTight && <IconButton icon="link" label={common.copyLink} onPress={copyLink} />}
      <Menu>
        {isInMenu && (
          <MenuItem icon="start" onPress={() => ask("again")}>
            {texts.runAgain}
          </MenuItem>
        )}
        {isTight && (
          <MenuItem icon="link" onPress={copyLink}>
            {common.copyLink}
          </MenuItem>
        )}
        <MenuItem icon="copy" onPress={() => void copyText(curlOf("GET", base))}>
          {common.copyCurl}
        </MenuItem>
        <MenuItem
          icon="copy"
          onPress={() => void copyText(`npx millrace show ${quoted(flow)} ${quoted(name)}`)}
        >
          {common.copyCli}
        </MenuItem>
        <MenuItem icon="parallel" onPress={() => route(addresses.compare(flow, name))}>
          {compare.open}
        </MenuItem>
        {mayChange() && !isRunning && (
          <MenuItem icon="close" onPress={() => ask("purge")}>
            {texts.purge}
          </MenuItem>
        )}
      </Menu>
      {isRunning && head.held === undefined && <PauseButton {...pauseOf(head)} />}
      {mayChange() && isRunning && (
        <Button icon="stopped" kind="danger" onPress={() => ask("stop")}>
          {texts.stop}
        </Button>
      )}
      <Retry head={head} onGoesOn={onGoesOn} />
      {mayChange() && !isInMenu && (
        <Button
          icon="start"
          kind={isRunning || isRedrivable ? "plain" : "solid"}
          onPress={() => ask("again")}
        >
          {texts.runAgain}
        </Button>
      )}
      {asks === "stop" && <StopDialog base={base} onClose={close} />}
      {asks === "purge" && <PurgeDialog head={head} onClose={close} />}
      {asks === "again" && <AgainDialog base={base} head={head} onClose={close} />}
    </>
  );
}

/** After an end that was no success; or after a success, with the items that failed all the same. */
function Retry({ head, onGoesOn }: Pick<ExecutionActionsProps, "head" | "onGoesOn">) {
  const { flow, name, status, items } = head;
  const target = { flow, name, onGoesOn };
  if (canGoOn(status)) return <RedriveButton {...target} kind="solid" />;
  if (!hasToleratedItems(head)) return null;
  return <RedriveButton {...target} hasSucceeded title={words().redrive.retryItems(items?.failed ?? 0)} />;
}

function copyLink(): void {
  void copyText(location.href);
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
