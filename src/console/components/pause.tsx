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
import { SegmentField } from "./segment.tsx";
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
  /** It may be said when the pause ends by itself. */
  readonly hasEnd?: boolean;
  /** What comes meanwhile waits, or is refused. */
  readonly hasChoice?: boolean;
  readonly onChanged?: () => void;
}

/** Of those tasks that it holds up, how many are not waited for without end. */
interface Paused {
  readonly limited?: number;
}

/** Pauses, or resumes what is paused. */
export function PauseButton(target: PauseTarget) {
  const [isAsked, ask] = useState(false);
  const { pauses: texts } = words();
  if (!mayChange()) return null;
  return (
    <>
      <Button icon={target.isPaused ? "start" : "pause"} onPress={() => ask(true)}>
        {target.isPaused ? texts.resume : texts.pause}
      </Button>
      {isAsked && <PauseDialog {...target} onClose={() => ask(false)} />}
    </>
  );
}

function PauseDialog({ onClose, ...target }: PauseTarget & { readonly onClose: () => void }) {
  const { name, path, isPaused, says, resumeSays, group, names, hasEnd, hasChoice, onChanged } = target;
  const { pauses: texts } = words();
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const [starts, setStarts] = useState<"hold" | "refuse">("hold");
  const isOver = until !== "" && Date.parse(until) <= Date.now();
  const verb = isPaused ? "resume" : "pause";
  const said: Readonly<Record<string, string>> = {
    ...(reason !== "" && { reason }),
    ...(until !== "" && { until: new Date(until).toISOString() }),
    ...(starts === "refuse" && { starts }),
  };
  const body = isPaused ? {} : said;
  async function act(): Promise<void> {
    const { limited = 0 } = await write<Paused>("POST", `${path}/${verb}`, body);
    const limits = limited > 0 ? ` ${texts.limited(limited)}` : "";
    tell(isPaused ? texts.resumed(name) : `${texts.paused(name)}${limits}`);
    onChanged?.();
  }
  const options = Object.entries(body).flatMap(([key, value]) => [`--${key}`, quoted(value)]);
  return (
    <Confirm
      title={isPaused ? texts.resumeTitle(name) : texts.pauseTitle(name)}
      says={isPaused ? resumeSays : says}
      verb={texts[verb]}
      isDisabled={isOver}
      act={act}
      onClose={onClose}
    >
      {!isPaused && <Field label={texts.reason} value={reason} onInput={setReason} hint={texts.reasonHint} />}
      {!isPaused && hasChoice === true && (
        <SegmentField
          label={texts.starts}
          choices={[
            { id: "hold", title: texts.hold },
            { id: "refuse", title: texts.refuse },
          ]}
          chosen={starts}
          onChoose={setStarts}
        />
      )}
      {!isPaused && hasEnd === true && (
        <Field
          label={texts.until}
          value={until}
          onInput={setUntil}
          isTime
          hint={texts.untilHint}
          wrong={isOver ? texts.overAlready : undefined}
        />
      )}
      <CopyAs
        curl={curlOf("POST", `${path}/${verb}`, body)}
        cli={["npx millrace", group, verb, ...names.map(quoted), ...options]
          .filter((part) => part !== "")
          .join(" ")}
      />
    </Confirm>
  );
}

interface PauseBandProps {
  readonly paused: Pause & { readonly until?: string | undefined };
  /** What comes of it. */
  readonly more?: string;
}

/** Who paused it, since when and why. */
export function PauseBand({ paused, more }: PauseBandProps) {
  const { pauses: texts } = words();
  const { name } = starterOf(paused.by);
  return (
    <div class="band soft-idle" role="status">
      <StateShape state="paused" size={18} />
      <span class="says">
        <b>
          {texts.since} <Time at={paused.at} />
        </b>{" "}
        {paused.until !== undefined && (
          <>
            {texts.until} <Time at={paused.until} />{" "}
          </>
        )}
        {texts.by} {name}
        {paused.reason !== undefined && <>: {paused.reason}</>}
        {more !== undefined && <>. {more}</>}
      </span>
    </div>
  );
}
