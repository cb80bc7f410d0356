import { useState } from "preact/hooks";
import { address, write } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { ExecutionHead, ExecutionSummary } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { CopyAs } from "../../components/copy-as.tsx";
import { curlOf, quoted } from "../../components/copy.ts";
import { Confirm, Dialog } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { JsonField } from "../../components/json-field.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { tell } from "../../components/toasts.tsx";
import { addresses } from "../../frame/addresses.ts";
import { readObject } from "../../model/json-text.ts";
import { mayChange } from "../../state/session.ts";
import { words } from "../../words/index.ts";
import "../../styles/attempts.css";
import type { ExecutionView } from "./context.ts";

const INDENT = 2;

interface AgainDialogProps {
  readonly base: string;
  readonly head: ExecutionHead;
  readonly onClose: () => void;
}

/** Once more from the start. An input that is too large to stand in the snapshot is asked for. */
export function AgainDialog({ base, head, onClose }: AgainDialogProps) {
  const { execution: texts, common } = words();
  const { flow, inputValue } = head;
  const whole = useResource<unknown>(inputValue && address(`${base}/value`, { ref: inputValue.ref }));
  const title = texts.runAgainTitle(flow);
  const input = inputValue ? whole.data : (head.input ?? {});
  if (input !== undefined) {
    const says = texts.runAgainBody;
    return <ForkDialog base={base} head={head} title={title} says={says} input={input} onClose={onClose} />;
  }
  return (
    <Dialog title={title} foot={<Button onPress={onClose}>{common.cancel}</Button>} onClose={onClose}>
      <Loaded resource={whole}>{() => null}</Loaded>
    </Dialog>
  );
}

/** Of a step of the flow's own list: another execution can begin with it. */
export function StartHere({ view, path }: { readonly view: ExecutionView; readonly path: string }) {
  const { again } = words();
  const [isAsked, ask] = useState(false);
  if (!mayChange() || /[[/]/.test(path)) return null;
  const { head } = view.snapshot;
  return (
    <div class="panel-part start-here">
      <Button icon="start" isSmall onPress={() => ask(true)}>
        {again.startHere}
      </Button>
      {isAsked && (
        <ForkDialog
          base={view.base}
          head={head}
          title={again.startHereTitle(head.flow, path)}
          says={again.startHereBody}
          fromStep={path}
          onClose={() => ask(false)}
        />
      )}
    </div>
  );
}

interface ForkDialogProps extends AgainDialogProps {
  readonly title: string;
  readonly says: string;
  /** Of the original, to be changed; absent: it is taken over as it is. */
  readonly input?: unknown;
  readonly fromStep?: string;
}

/** Makes another execution of one; only what was changed is sent. */
function ForkDialog({ base, head: { flow, name }, title, says, input, fromStep, onClose }: ForkDialogProps) {
  const { again, execution, flows } = words();
  const [first] = useState(() => JSON.stringify(input, null, INDENT));
  const [text, setText] = useState(first);
  const [own, setOwn] = useState("");
  const [reason, setReason] = useState("");
  const read = readObject(text ?? "{}");
  const wrong = "wrong" in read ? `${flows.notJson} ${read.wrong}` : undefined;
  const changed = "value" in read && text !== first ? { input: read.value } : {};
  const said = { ...(own !== "" && { name: own }), ...(reason !== "" && { reason }) };
  const body = { ...(fromStep !== undefined && { fromStep }), ...changed, ...said };
  async function act(): Promise<void> {
    const made = await write<ExecutionSummary>("POST", `${base}/fork`, body);
    tell(flows.started(made.name), { title: flows.open, href: addresses.execution(flow, made.name) });
  }
  return (
    <Confirm
      title={title}
      says={says}
      verb={flows.start}
      isDisabled={wrong !== undefined}
      act={act}
      onClose={onClose}
    >
      {text !== undefined && (
        <JsonField label={execution.input} text={text} onChange={setText} wrong={wrong} />
      )}
      <Field label={flows.executionName} value={own} onInput={setOwn} hint={flows.executionNameHint} />
      <Field label={again.reason} value={reason} onInput={setReason} hint={again.reasonHint} />
      <CopyAs curl={curlOf("POST", `${base}/fork`, body)} cli={cliOf(flow, name, body)} />
    </Confirm>
  );
}

function cliOf(flow: string, name: string, body: Readonly<Record<string, unknown>>): string {
  const options = Object.entries(body).map(([key, value]) => {
    const option = key === "fromStep" ? "from-step" : key;
    return ` --${option} ${quoted(typeof value === "string" ? value : JSON.stringify(value))}`;
  });
  return `npx millrace fork ${quoted(flow)} ${quoted(name)}${options.join("")}`;
}
