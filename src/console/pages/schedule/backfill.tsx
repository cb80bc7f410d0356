import { useState } from "preact/hooks";
import { write } from "../../api/client.ts";
import type { BackfillPlan } from "../../api/types.ts";
import { Confirm } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { tell } from "../../components/toasts.tsx";
import { zoneName } from "../../model/times.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";
import type { ScheduleDialogProps } from "./props.ts";

const DAY_MS = 86_400_000;
const MINUTES_LENGTH = "2026-11-26T02:30".length;

/** As the browser's field for local times wants it. */
function local(at: number): string {
  const shifted = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, MINUTES_LENGTH);
}

/** Counts first, and only then starts: nothing happens to instants that have an execution. */
export function BackfillDialog({ schedule: { name }, base, onChanged, onClose }: ScheduleDialogProps) {
  const { schedules: texts, common } = words();
  const [from, setFrom] = useState(() => local(Date.now() - DAY_MS));
  const [to, setTo] = useState(() => local(Date.now()));
  const [plan, setPlan] = useState<BackfillPlan | undefined>(undefined);
  const change = (set: (value: string) => void) => (value: string) => {
    setPlan(undefined);
    set(value);
  };
  const isWhole = from !== "" && to !== "";
  async function act(): Promise<void> {
    const body = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
    const { id } = await write<{ id: string }>("POST", `${base}/backfill`, body);
    tell(texts.backfillStarted(id));
    onChanged();
  }
  async function count(): Promise<void> {
    const body = { from: new Date(from).toISOString(), to: new Date(to).toISOString(), dryRun: true };
    setPlan(await write<BackfillPlan>("POST", `${base}/backfill`, body));
  }
  return (
    <Confirm
      key={plan === undefined ? "count" : "start"}
      title={texts.backfillTitle(name)}
      says={plan ? texts.planned(plan.count, plan.alreadyRun, plan.skipped) : texts.backfillBody}
      verb={plan ? texts.startBackfill(plan.count) : texts.count}
      isDisabled={!isWhole || plan?.count === 0}
      act={plan ? act : count}
      onClose={plan ? onClose : () => {}}
      onCancel={onClose}
    >
      <Field
        label={texts.from}
        value={from}
        onInput={change(setFrom)}
        isTime
        hint={common.inZone(zoneName(reader.value.zone))}
      />
      <Field label={texts.to} value={to} onInput={change(setTo)} isTime />
    </Confirm>
  );
}
