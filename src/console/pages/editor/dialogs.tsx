import { useState } from "preact/hooks";
import { address, pathOf, write } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { ExecutionSummary, FlowWithGraph, Page } from "../../api/types.ts";
import { Confirm } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { StartWithLastInput } from "../../components/start-dialog.tsx";
import { tell } from "../../components/toasts.tsx";
import { addresses } from "../../frame/addresses.ts";
import { words } from "../../words/index.ts";
import type { DraftState } from "./use-draft.ts";

interface DialogProps {
  readonly draft: DraftState;
  readonly onStored: (flow: string) => void;
  readonly onClose: () => void;
}

type StoredDialogProps = DialogProps & { readonly stored: FlowWithGraph };

const RUNNING_SHOWN = 20;

/** Stores a text as the version after the one that it began with, and no other. */
async function store(
  name: string,
  { text, base, settle }: DraftState,
  description: string,
): Promise<Pick<FlowWithGraph, "version">> {
  const body = { definition: text, ...(description !== "" && { description }) };
  const flow = await write<Pick<FlowWithGraph, "version">>(
    "PUT",
    address(pathOf("flows", name), { ifVersion: base }),
    body,
  );
  settle(text, flow.version);
  return flow;
}

export function StoreDialog({ stored, draft, onStored, onClose }: StoredDialogProps) {
  const { editor, flows } = words();
  const { name, version } = stored;
  const [description, setDescription] = useState(stored.description ?? "");
  const executions = pathOf("flows", name, "executions");
  const running = useResource<Page<ExecutionSummary>>(
    address(executions, { status: "Running", limit: RUNNING_SHOWN }),
  ).data;
  const goOn = running ? editor.running(running.items.length, running.cursor !== undefined) : "";
  return (
    <Confirm
      title={editor.saveTitle(name, version + 1)}
      says={editor.saveSays(goOn)}
      verb={editor.save(version + 1)}
      act={async () => {
        const flow = await store(name, draft, description);
        tell(editor.stored(name, flow.version), { title: flows.open, href: addresses.flow(name) });
        onStored(name);
      }}
      onClose={onClose}
    >
      <Field
        label={editor.description}
        value={description}
        onInput={setDescription}
        hint={editor.descriptionHint}
      />
    </Confirm>
  );
}

export function CreateDialog({ draft, onStored, onClose }: DialogProps) {
  const { editor, flows } = words();
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  return (
    <Confirm
      title={editor.createTitle}
      says={editor.createSays}
      verb={editor.create}
      isDisabled={name === ""}
      act={async () => {
        const flow = await store(name, draft, description);
        tell(editor.stored(name, flow.version), { title: flows.open, href: addresses.flow(name) });
        onStored(name);
      }}
      onClose={onClose}
    >
      <Field label={editor.name} value={name} onInput={setName} hint={editor.nameHint} />
      <Field
        label={editor.description}
        value={description}
        onInput={setDescription}
        hint={editor.descriptionHint}
      />
    </Confirm>
  );
}

/** What is not stored yet is stored first, so that the execution tells which version it ran. */
export function TryDialog({ stored, draft, onStored, onClose }: StoredDialogProps) {
  const { editor } = words();
  const { name, version, description = "" } = stored;
  return (
    <StartWithLastInput
      flow={name}
      title={editor.tryTitle(name)}
      says={draft.isChanged ? editor.trySays(version + 1) : editor.trySame(version)}
      verb={draft.isChanged ? editor.tryVerb : editor.startVerb}
      before={async () => {
        if (!draft.isChanged) return;
        await store(name, draft, description);
        onStored(name);
      }}
      onClose={onClose}
    />
  );
}
