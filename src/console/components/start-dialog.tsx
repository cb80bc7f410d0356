import { useState } from "preact/hooks";
import { address, pathOf, write } from "../api/client.ts";
import { useResource } from "../api/resource.ts";
import type { ExecutionHead, ExecutionSummary, Page } from "../api/types.ts";
import { addresses } from "../frame/addresses.ts";
import { readObject } from "../model/json-text.ts";
import { words } from "../words/index.ts";
import { Confirm, Refused } from "./dialog.tsx";
import { Field } from "./field.tsx";
import { JsonField } from "./json-field.tsx";
import { Skeleton } from "./loaded.tsx";
import { tell } from "./toasts.tsx";

export interface StartDialogProps {
  readonly flow: string;
  readonly title: string;
  readonly says: string;
  readonly verb?: string;
  /** What the field begins with. */
  readonly input: unknown;
  /** What must have happened before it starts. */
  readonly before?: () => Promise<void>;
  readonly onClose: () => void;
}

const INDENT = 2;

/** Starts a flow with an input that can be edited. */
export function StartDialog({ flow, title, says, verb, input, before, onClose }: StartDialogProps) {
  const { flows: texts, execution } = words();
  const [text, setText] = useState(() => JSON.stringify(input, null, INDENT));
  const [name, setName] = useState("");
  const read = readObject(text);
  const wrong = "wrong" in read ? `${texts.notJson} ${read.wrong}` : undefined;
  async function start(): Promise<void> {
    if ("wrong" in read) return;
    await before?.();
    const body = { input: read.value, ...(name !== "" && { name }) };
    const made = await write<ExecutionSummary>("POST", pathOf("flows", flow, "executions"), body);
    tell(texts.started(made.name), { title: texts.open, href: addresses.execution(flow, made.name) });
  }
  return (
    <Confirm
      title={title}
      says={says}
      verb={verb ?? texts.start}
      isDisabled={wrong !== undefined}
      act={start}
      onClose={onClose}
    >
      <JsonField label={execution.input} text={text} onChange={setText} wrong={wrong} />
      <Field label={texts.executionName} value={name} onInput={setName} hint={texts.executionNameHint} />
    </Confirm>
  );
}

/** What a flow was started with last is what people change a little. */
export function StartWithLastInput({ flow, says, ...more }: Omit<StartDialogProps, "input">) {
  const { flows: texts } = words();
  const executions = pathOf("flows", flow, "executions");
  const newest = useResource<Page<ExecutionSummary>>(address(executions, { limit: 1 }));
  const name = newest.data?.items[0]?.name;
  const head = useResource<ExecutionHead>(
    name === undefined ? undefined : pathOf("flows", flow, "executions", name),
  );
  if (newest.error !== undefined && newest.data === undefined) return <Refused error={newest.error} />;
  if (newest.isLoading || (name !== undefined && head.data === undefined && head.error === undefined)) {
    return <Skeleton />;
  }
  const input = head.data?.input;
  const told = input === undefined ? says : `${says} ${texts.lastInput}`;
  return <StartDialog flow={flow} says={told} input={input ?? {}} {...more} />;
}
