import { useState } from "preact/hooks";
import type { FlowWithGraph } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { copyText, quoted } from "../../components/copy.ts";
import { Confirm } from "../../components/dialog.tsx";
import { Menu, MenuItem } from "../../components/menu.tsx";
import { words } from "../../words/index.ts";
import type { EditorState } from "./meta.tsx";
import { CreateDialog, StoreDialog, TryDialog } from "./dialogs.tsx";
import type { DraftState } from "./use-draft.ts";
import { countProblems } from "./use-validation.ts";

interface EditorActionsProps extends EditorState {
  readonly onStored: (flow: string) => void;
}

type Asked = "store" | "try" | "discard";

export function EditorActions({ stored, draft, checked, onStored }: EditorActionsProps) {
  const [asked, ask] = useState<Asked | undefined>(undefined);
  const { editor } = words();
  const close = () => ask(undefined);
  const isSound = checked.text === draft.text && countProblems(checked.problems).errors === 0;
  const hasMoved = stored !== undefined && draft.isChanged && draft.base !== stored.version;
  const next = (stored?.version ?? 0) + 1;
  return (
    <>
      {stored && (
        <Menu>
          <MenuItem
            icon="copy"
            onPress={() => void copyText(`npx millrace flow put ${quoted(stored.name)} flow.yaml`)}
          >
            {editor.copyPut}
          </MenuItem>
          {draft.isChanged && (
            <MenuItem icon="caught" isDanger onPress={() => ask("discard")}>
              {editor.discard}
            </MenuItem>
          )}
        </Menu>
      )}
      {stored && (
        <Button icon="start" isDisabled={!isSound || hasMoved} onPress={() => ask("try")}>
          {editor.tryIt}
        </Button>
      )}
      <Button
        icon="save"
        kind="solid"
        isDisabled={!isSound || hasMoved || !draft.isChanged}
        onPress={() => ask("store")}
      >
        {stored ? editor.save(next) : editor.create}
      </Button>
      {asked === "store" && !stored && <CreateDialog draft={draft} onStored={onStored} onClose={close} />}
      {asked === "store" && stored && (
        <StoreDialog stored={stored} draft={draft} onStored={onStored} onClose={close} />
      )}
      {asked === "try" && stored && (
        <TryDialog stored={stored} draft={draft} onStored={onStored} onClose={close} />
      )}
      {asked === "discard" && stored && <DiscardDialog stored={stored} draft={draft} onClose={close} />}
    </>
  );
}

interface DraftProps {
  readonly stored: FlowWithGraph;
  readonly draft: DraftState;
}

function DiscardDialog({ stored, draft, onClose }: DraftProps & { readonly onClose: () => void }) {
  const { editor } = words();
  return (
    <Confirm
      title={editor.discardTitle}
      says={editor.discardSays(stored.version)}
      verb={editor.discard}
      isDanger
      act={async () => draft.settle(stored.definition, stored.version)}
      onClose={onClose}
    />
  );
}

/** The flow was stored by somebody else since the draft began: nothing is stored over it unseen. */
export function MovedNote({ stored, draft, onDiff }: DraftProps & { readonly onDiff: () => void }) {
  const { editor } = words();
  const { version, definition } = stored;
  return (
    <div class="note soft-warn moved-note" role="alert">
      <span class="says tone-warn">{editor.moved(draft.base, version)}</span>
      <Button isSmall onPress={onDiff}>
        {editor.showDiff}
      </Button>
      <Button isSmall onPress={() => draft.rebase(version)}>
        {editor.keepMine(version)}
      </Button>
      <Button isSmall onPress={() => draft.settle(definition, version)}>
        {editor.takeTheirs(version)}
      </Button>
    </div>
  );
}
