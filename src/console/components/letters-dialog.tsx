import { write } from "../api/client.ts";
import { words } from "../words/index.ts";
import { CopyAs } from "./copy-as.tsx";
import { curlOf, quoted } from "./copy.ts";
import { Confirm } from "./dialog.tsx";
import { tell } from "./toasts.tsx";

export type LettersAction = "redrive" | "purge";

/** Where dead letters lie. */
export interface LettersPlace {
  /** Of the API: they are listed there, and what is done with them lies below. */
  readonly path: string;
  /** Typed before they are removed. */
  readonly name: string;
  /** What the command line is told of the place. */
  readonly cli: string;
  /** What sending them again will do. */
  readonly sendSays: string;
}

export interface LettersDialogProps {
  readonly action: LettersAction;
  readonly place: LettersPlace;
  /** Absent: all of them. */
  readonly ids: readonly string[] | undefined;
  readonly count: number;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

/** Sends dead letters again; what removes them asks for the name of their place first. */
export function LettersDialog({ action, place, ids, count, onClose, onChanged }: LettersDialogProps) {
  const { letters: texts } = words();
  const isPurge = action === "purge";
  const url = `${place.path}/${action}`;
  const body = ids ? { ids } : { all: true };
  async function act(): Promise<void> {
    const done = await write<{ count: number; left: number }>("POST", url, body);
    const says = isPurge ? texts.purged(done.count) : texts.sent(done.count);
    tell(done.left > 0 ? `${says} ${texts.left(done.left)}` : says);
    onChanged();
  }
  const which = ids ? ids.map(quoted).join(" ") : "--all";
  return (
    <Confirm
      title={isPurge ? texts.purgeTitle(count) : texts.sendTitle(count)}
      says={isPurge ? texts.purgeBody : place.sendSays}
      verb={isPurge ? texts.purge : texts.sendAgain}
      isDanger={isPurge}
      {...(isPurge && { typing: { name: place.name, label: texts.purgeType(place.name) } })}
      act={act}
      onClose={onClose}
    >
      <CopyAs curl={curlOf("POST", url, body)} cli={`npx millrace dead ${action} ${place.cli} ${which}`} />
    </Confirm>
  );
}
