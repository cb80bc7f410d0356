import { useState } from "preact/hooks";
import { write } from "../../api/client.ts";
import { Button } from "../../components/button.tsx";
import { copyText, curlOf, quoted } from "../../components/copy.ts";
import { Confirm } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { Menu, MenuItem } from "../../components/menu.tsx";
import { tell } from "../../components/toasts.tsx";
import { mayChange } from "../../state/session.ts";
import { words } from "../../words/index.ts";
import { BackfillDialog } from "./backfill.tsx";
import { EditDialog } from "./edit.tsx";
import { RunDialog } from "./run-dialog.tsx";
import type { ScheduleActionsProps, ScheduleDialogProps } from "./props.ts";

type Asked = "edit" | "run" | "pause" | "resume" | "backfill";

export function ScheduleActions({ schedule, base, onChanged }: ScheduleActionsProps) {
  const [asked, ask] = useState<Asked | undefined>(undefined);
  const { schedules: texts, common } = words();
  const { flow, name, enabled } = schedule;
  const close = () => ask(undefined);
  const shared = { schedule, base, onChanged, onClose: close };
  return (
    <>
      <Menu>
        <MenuItem icon="copy" onPress={() => void copyText(curlOf("POST", `${base}/run`, {}))}>
          {common.copyCurl}
        </MenuItem>
        <MenuItem
          icon="copy"
          onPress={() => void copyText(`npx millrace schedule run ${quoted(flow)} ${quoted(name)}`)}
        >
          {common.copyCli}
        </MenuItem>
      </Menu>
      {mayChange() && (
        <>
          <Button icon="edit" onPress={() => ask("edit")}>
            {texts.edit}
          </Button>
          <Button icon="schedules" onPress={() => ask("backfill")}>
            {texts.backfill}
          </Button>
          <Button icon={enabled ? "pause" : "start"} onPress={() => ask(enabled ? "pause" : "resume")}>
            {enabled ? texts.pause : texts.resume}
          </Button>
          <Button icon="start" kind="solid" onPress={() => ask("run")}>
            {texts.runNow}
          </Button>
        </>
      )}
      {asked === "edit" && <EditDialog {...shared} />}
      {asked === "run" && <RunDialog {...shared} flow={flow} name={name} />}
      {asked === "pause" && <SwitchDialog {...shared} to="pause" />}
      {asked === "resume" && <SwitchDialog {...shared} to="resume" />}
      {asked === "backfill" && <BackfillDialog {...shared} />}
    </>
  );
}

function SwitchDialog({
  schedule: { name },
  base,
  to,
  onChanged,
  onClose,
}: ScheduleDialogProps & { readonly to: "pause" | "resume" }) {
  const { schedules: texts } = words();
  const [reason, setReason] = useState("");
  const isPause = to === "pause";
  async function act(): Promise<void> {
    await write("POST", `${base}/${to}`, reason === "" ? {} : { reason });
    tell(isPause ? texts.paused : texts.resumed);
    onChanged();
  }
  return (
    <Confirm
      title={isPause ? texts.pauseTitle(name) : texts.resumeTitle(name)}
      says={isPause ? texts.pauseBody : texts.resumeBody}
      verb={isPause ? texts.pause : texts.resume}
      act={act}
      onClose={onClose}
    >
      <Field label={texts.reason} value={reason} onInput={setReason} />
    </Confirm>
  );
}
