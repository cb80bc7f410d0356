import { useState } from "preact/hooks";
import { pathOf, write } from "../api/client.ts";
import type { AccessKeyWithSecret } from "../api/types.ts";
import { SelectChip } from "../components/chip.tsx";
import { Confirm } from "../components/dialog.tsx";
import { Field } from "../components/field.tsx";
import { words } from "../words/index.ts";

const ROLES = ["viewer", "operator", "admin", "worker"] as const;
type Role = (typeof ROLES)[number];

export interface NewKeyDialogProps {
  readonly onMade: (made: AccessKeyWithSecret) => void;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

export function NewKeyDialog({ onMade, onChanged, onClose }: NewKeyDialogProps) {
  const { keys: texts } = words();
  const [role, setRole] = useState<Role>("viewer");
  const [description, setDescription] = useState("");
  const [queues, setQueues] = useState("");
  const names = queues.split(/[\s,]+/).filter((name) => name !== "");
  async function make(): Promise<void> {
    const body = {
      role,
      ...(description !== "" && { description }),
      ...(role === "worker" && { queues: names }),
    };
    onMade(await write<AccessKeyWithSecret>("POST", pathOf("keys"), body));
    onChanged();
  }
  return (
    <Confirm
      title={texts.createTitle}
      says={texts.createBody}
      verb={texts.make}
      isDisabled={role === "worker" && names.length === 0}
      act={make}
      onClose={onClose}
    >
      <div class="field">
        <SelectChip
          label={texts.role}
          value={role}
          choices={ROLES.map((value) => ({ value, title: value }))}
          onChange={(value) => setRole(ROLES.find((one) => one === value) ?? "viewer")}
        />
        <span class="small quiet">{texts.roleHints[role]}</span>
      </div>
      {role === "worker" && (
        <Field label={texts.queues} value={queues} onInput={setQueues} hint={texts.queuesHint} />
      )}
      <Field label={texts.description} value={description} onInput={setDescription} />
    </Confirm>
  );
}
