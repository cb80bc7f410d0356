import { useState } from "preact/hooks";
import { pathOf, write } from "../api/client.ts";
import type { ExecutionSummary } from "../api/types.ts";
import { addresses } from "../frame/addresses.ts";
import { readObject } from "../model/json-text.ts";
import { words } from "../words/index.ts";
import { Confirm } from "./dialog.tsx";
import { Field } from "./field.tsx";
import { tell } from "./toasts.tsx";

export interface StartDialogProps {
  readonly flow: string;
  readonly title: string;
  readonly says: string;
  /** What the field begins with. */
  readonly input: unknown;
  readonly onClose: () => void;
}

const INDENT = 2;

/** Starts a flow with an input that can be edited. */
export function StartDialog({ flow, title, says, input, onClose }: StartDialogProps) {
  const { flows: texts, execution } = words();
  const [text, setText] = useState(() => JSON.stringify(input, null, INDENT));
  const [name, setName] = useState("");
  const read = readObject(text);
  const wrong = "wrong" in read ? `${texts.notJson} ${read.wrong}` : undefined;
  async function start(): Promise<void> {
    if ("wrong" in read) return;
    const body = { input: read.value, ...(name !== "" && { name }) };
    const made = await write<ExecutionSummary>("POST", pathOf("flows", flow, "executions"), body);
    tell(texts.started(made.name), { title: texts.open, href: addresses.execution(flow, made.name) });
  }
  return (
    <Confirm
      title={title}
      says={says}
      verb={texts.start}
      isDisabled={wrong !== undefined}
      act={start}
      onClose={onClose}
    >
      <Field label={execution.input} value={text} onInput={setText} wrong={wrong} isMultiline />
      <Field label={texts.executionName} value={name} onInput={setName} hint={texts.executionNameHint} />
    </Confirm>
  );
}
