import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { address, pathOf, write } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { BoardFlow, FlowWithGraph, Page, Schedule } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CopyAs } from "../../components/copy-as.tsx";
import { curlOf, quoted } from "../../components/copy.ts";
import { Confirm } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { Time } from "../../components/times.tsx";
import { tell } from "../../components/toasts.tsx";
import { addresses } from "../../frame/addresses.ts";
import { retentionOf } from "../../model/retention.ts";
import { mayChange } from "../../state/session.ts";
import { words } from "../../words/index.ts";

export interface SettingsProps {
  readonly flow: FlowWithGraph;
  readonly onChanged: () => void;
}

/** What holds for all versions of a flow, and its end. */
export function FlowSettingsTab({ flow, onChanged }: SettingsProps) {
  const { flowSettings: texts, flows, common } = words();
  const { description = "", retentionDays, version, createdAt, updatedAt } = flow;
  const [asked, ask] = useState<"change" | "delete" | undefined>(undefined);
  const close = () => ask(undefined);
  return (
    <div class="page-body">
      <Card
        title={texts.title}
        actions={
          mayChange() && (
            <Button icon="edit" onPress={() => ask("change")}>
              {texts.change}
            </Button>
          )
        }
      >
        <dl class="facts">
          <dt>{flows.description}</dt>
          <dd class="says">{description === "" ? common.none : description}</dd>
          <dt>{flows.keeps}</dt>
          <dd>{flows.retention(retentionDays)}</dd>
          <dt>{texts.newest}</dt>
          <dd>
            v{version}, <Time at={updatedAt} isRelative />
          </dd>
          <dt>{flows.made}</dt>
          <dd>
            <Time at={createdAt} isRelative />
          </dd>
        </dl>
      </Card>
      {mayChange() && (
        <Card
          title={texts.delete}
          actions={
            <Button kind="danger" onPress={() => ask("delete")}>
              {texts.delete}
            </Button>
          }
        >
          <p class="quiet-ink">{texts.deleteBody}</p>
        </Card>
      )}
      {asked === "change" && <ChangeDialog flow={flow} onChanged={onChanged} onClose={close} />}
      {asked === "delete" && <DeleteDialog flow={flow.name} onClose={close} />}
    </div>
  );
}

function ChangeDialog({ flow, onChanged, onClose }: SettingsProps & { readonly onClose: () => void }) {
  const { flowSettings: texts, flows } = words();
  const [description, setDescription] = useState(flow.description ?? "");
  const [days, setDays] = useState(String(flow.retentionDays));
  const retentionDays = retentionOf(days);
  const path = pathOf("flows", flow.name);
  const body = { description: description === "" ? null : description, retentionDays };
  async function act(): Promise<void> {
    await write("PATCH", path, body);
    tell(texts.changed);
    onChanged();
  }
  const told = description === "" ? "--unset description" : `--description ${quoted(description)}`;
  return (
    <Confirm
      title={texts.changeTitle(flow.name)}
      says={texts.changeBody}
      verb={texts.save}
      isDisabled={retentionDays === undefined}
      act={act}
      onClose={onClose}
    >
      <Field label={flows.description} value={description} onInput={setDescription} />
      <Field
        label={texts.days}
        value={days}
        onInput={setDays}
        hint={texts.daysHint}
        wrong={retentionDays === undefined ? texts.daysWrong : undefined}
      />
      <CopyAs
        curl={curlOf("PATCH", path, body)}
        cli={`npx millrace flow put ${quoted(flow.name)} --retention-days ${days} ${told}`}
      />
    </Confirm>
  );
}

function DeleteDialog({ flow, onClose }: { readonly flow: string; readonly onClose: () => void }) {
  const { flowSettings: texts } = words();
  const { route } = useLocation();
  const path = pathOf("flows", flow);
  async function act(): Promise<void> {
    await write("DELETE", path);
    tell(texts.deleted(flow));
    route(addresses.flows);
  }
  return (
    <Confirm
      title={texts.deleteTitle(flow)}
      says={useLosses(flow)}
      verb={texts.delete}
      isDanger
      typing={{ name: flow, label: texts.deleteType(flow) }}
      act={act}
      onClose={onClose}
    >
      <CopyAs curl={curlOf("DELETE", path)} cli={`npx millrace flow delete ${quoted(flow)}`} />
    </Confirm>
  );
}

const SCHEDULES_COUNTED = 100;

/** What goes with a flow, as far as it is known by now. */
function useLosses(flow: string): string {
  const { flowSettings: texts } = words();
  const board = useResource<Page<BoardFlow>>(address(pathOf("board", "flows"), { contains: flow }));
  const schedules = useResource<Page<Schedule>>(
    address(pathOf("flows", flow, "schedules"), { limit: SCHEDULES_COUNTED }),
  );
  const running = board.data?.items.find(({ name }) => name === flow)?.running;
  return [
    texts.deleteBody,
    running === undefined ? "" : texts.stops(running),
    schedules.data === undefined ? "" : texts.ends(schedules.data.items.length),
  ]
    .filter((part) => part !== "")
    .join(" ");
}
