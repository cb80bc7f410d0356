import { useState } from "preact/hooks";
import { pathOf, write } from "../../api/client.ts";
import type { BoardNeed } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { CopyAs } from "../../components/copy-as.tsx";
import { curlOf, quoted } from "../../components/copy.ts";
import { Confirm } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { Ago } from "../../components/times.tsx";
import { tell } from "../../components/toasts.tsx";
import { placeOf } from "../../model/board-needs.ts";
import { askBoardNow } from "../../state/board.ts";
import { mayChange } from "../../state/session.ts";
import { words } from "../../words/index.ts";

/** Says that somebody looks after it, or takes that back. */
export function AcknowledgeButton({ need }: { readonly need: BoardNeed }) {
  const { needs: texts } = words();
  const [isAsked, ask] = useState(false);
  if (!mayChange()) return null;
  const [name] = placeOf(need);
  async function takeBack(): Promise<void> {
    await write("DELETE", addressOfNeed(need));
    tell(texts.takenBack(name));
    askBoardNow();
  }
  if (need.acknowledged) return <Button onPress={() => void takeBack()}>{texts.takeBack}</Button>;
  return (
    <>
      <Button onPress={() => ask(true)}>{texts.acknowledge}</Button>
      {isAsked && <AcknowledgeDialog need={need} name={name} onClose={() => ask(false)} />}
    </>
  );
}

interface AcknowledgeDialogProps {
  readonly need: BoardNeed;
  readonly name: string;
  readonly onClose: () => void;
}

function AcknowledgeDialog({ need, name, onClose }: AcknowledgeDialogProps) {
  const { needs: texts } = words();
  const [note, setNote] = useState("");
  const path = addressOfNeed(need);
  const body = note === "" ? {} : { note };
  async function act(): Promise<void> {
    await write("POST", path, body);
    tell(texts.acknowledged(name));
    askBoardNow();
  }
  const said = note === "" ? "" : ` --note ${quoted(note)}`;
  return (
    <Confirm
      title={texts.acknowledgeTitle(name)}
      says={texts.acknowledgeBody}
      verb={texts.acknowledge}
      act={act}
      onClose={onClose}
    >
      <Field label={texts.note} value={note} onInput={setNote} hint={texts.noteHint} />
      <CopyAs
        curl={curlOf("POST", path, body)}
        cli={`npx millrace board acknowledge ${quoted(need.id)}${said}`}
      />
    </Confirm>
  );
}

/** Who looks after it, and what was said. */
export function Said({ need: { acknowledged } }: { readonly need: BoardNeed }) {
  if (!acknowledged) return null;
  const { at, by, note } = acknowledged;
  return (
    <div class="quiet small">
      {by.replace(/^key:/, "")} <Ago at={at} /> {note}
    </div>
  );
}

function addressOfNeed({ id }: BoardNeed): string {
  return `${pathOf("board", "needs", id)}/acknowledge`;
}
