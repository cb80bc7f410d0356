import { write } from "../../api/client.ts";
import { CopyAs } from "../../components/copy-as.tsx";
import { curlOf, quoted } from "../../components/copy.ts";
import { Confirm } from "../../components/dialog.tsx";
import { tell } from "../../components/toasts.tsx";
import { words } from "../../words/index.ts";

export type LettersAction = "redrive" | "purge";

export interface LettersDialogProps {
  readonly action: LettersAction;
  readonly path: string;
  readonly queue: string;
  /** Absent: all of them. */
  readonly ids: readonly string[] | undefined;
  readonly count: number;
  readonly onClose: () => void;
  readonly onChanged: () => void;
}

/** Sends dead letters again; what removes them asks for the queue's name first. */
export function LettersDialog({ action, path, queue, ids, count, onClose, onChanged }: LettersDialogProps) {
  const { letters: texts } = words();
  const isPurge = action === "purge";
  const url = `${path}/dead/${action}`;
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
      says={isPurge ? texts.purgeBody : texts.sendBody(queue)}
      verb={isPurge ? texts.purge : texts.sendAgain}
      isDanger={isPurge}
      {...(isPurge && { typing: { name: queue, label: texts.purgeType(queue) } })}
      act={act}
      onClose={onClose}
    >
      <CopyAs
        curl={curlOf("POST", url, body)}
        cli={`npx millrace queue dead ${action} ${quoted(queue)} ${which}`}
      />
    </Confirm>
  );
}
