import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { write } from "../api/client.ts";
import type { Pause } from "../api/types.ts";
import { starterOf } from "../model/started-by.ts";
import { mayChange } from "../state/session.ts";
import { words } from "../words/index.ts";
import { Button } from "./button.tsx";
import { CopyAs } from "./copy-as.tsx";
import { curlOf, quoted } from "./copy.ts";
import { Confirm } from "./dialog.tsx";
import { Field } from "./field.tsx";
import { StateShape } from "./state-mark.tsx";
import { Time } from "./times.tsx";
import { tell } from "./toasts.tsx";

/** What can be paused. */
export interface PauseTarget {
  readonly name: string;
  /** Of its calls, without `/pause`. */
  readonly path: string;
  readonly isPaused: boolean;
  /** What a pause will do, and what its end. */
  readonly says: string;
  readonly resumeSays: string;
  /** Of the command line, such as `queue`, and the names behind its verb. */
  readonly group: string;
  readonly names: readonly string[];
  readonly onChanged: () => void;
}

/** Of those tasks that it holds up, how many are not waited for without end. */
interface Paused {
  readonly limited?: number;
}

/** Pauses, or resumes what is paused. */
export function PauseButton({ isSmall = false, ...target }: PauseTarget & { readonly isSmall?: boolean }) {
  const [isAsked, ask] = useState(false);
  const { pauses: texts } = words();
  if (!mayChange()) return null;
  return (
    <>
      <Button icon={target.isPaused ? "start" : "pause"} isSmall={isSmall} onPress={() => ask(true)}>
        {target.isPaused ? texts.resume : texts.pause}
      </Button>
      {isAsked && <PauseDialog {...target} onClose={() => ask(false)} />}
    </>
  );
}

function PauseDialog({ onClose, ...target }: PauseTarget & { readonly onClose: () => void }) {
  const { name, path, isPaused, says, resumeSays, group, names, onChanged } = target;
  const { pauses: texts } = words();
  const [reason, setReason] = useState("");
  const verb = isPaused ? "resume" : "pause";
  const body = isPaused || reason === "" ? {} : { reason };
  async function act(): Promise<void> {
    const { limited = 0 } = await write<Paused>("POST", `${path}/${verb}`, body);
    const limits = limited > 0 ? ` ${texts.limited(limited)}` : "";
    tell(isPaused ? texts.resumed(name) : `${texts.paused(name)}${limits}`);
    onChanged();
  }
  const option = "reason" in body ? ["--reason", quoted(reason)] : [];
  return (
    <Confirm
      title={isPaused ? texts.resumeTitle(name) : texts.pauseTitle(name)}
      says={isPaused ? resumeSays : says}
      verb={texts[verb]}
      act={act}
      onClose={onClose}
    >
      {!isPaused && <Field label={texts.reason} value={reason} onInput={setReason} hint={texts.reasonHint} />}
      <CopyAs
        curl={curlOf("POST", `${path}/${verb}`, body)}
        cli={["npx millrace", group, verb, ...names.map(quoted), ...option]
          .filter((part) => part !== "")
          .join(" ")}
      />
    </Confirm>
  );
}

/** Who paused it, since when and why. */
export function PauseBand({
  paused,
  children,
}: {
  readonly paused: Pause;
  readonly children?: ComponentChildren;
}) {
  const { pauses: texts } = words();
  const { name } = starterOf(paused.by);
  return (
    <div class="band soft-idle" role="status">
      <StateShape state="paused" size={18} />
      <span class="says">
        <b>
          {texts.since} <Time at={paused.at} />
        </b>{" "}
        {texts.by} {name}
        {paused.reason !== undefined && <>: {paused.reason}</>}
      </span>
      {children}
    </div>
  );
}
