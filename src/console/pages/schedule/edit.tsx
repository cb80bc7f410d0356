import { useEffect, useState } from "preact/hooks";
import { write } from "../../api/client.ts";
import type { Preview, Schedule } from "../../api/types.ts";
import { Confirm } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { tell } from "../../components/toasts.tsx";
import { troubleOf } from "../../components/trouble.tsx";
import { cronsOf } from "../../model/cron.ts";
import { day, instantClock, zoneName } from "../../model/times.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";
import type { ScheduleDialogProps } from "./props.ts";

const COUNT = 10;
/** After the last key. */
const PAUSE_MS = 400;

/** Changes when a schedule starts, with the next ten instants as the service counts them. */
export function EditDialog({ schedule, base, onChanged, onClose }: ScheduleDialogProps) {
  const { schedules: texts } = words();
  const [crons, setCrons] = useState(() => cronsOf(schedule).join("\n"));
  const [zone, setZone] = useState(schedule.timeZone ?? "UTC");
  const body = { cron: expressionsIn(crons), timeZone: zone.trim() };
  const { preview, wrong } = usePreview(schedule, body);
  async function save(): Promise<void> {
    await write("PATCH", base, body);
    tell(texts.saved);
    onChanged();
  }
  return (
    <Confirm
      title={texts.editTitle(schedule.name)}
      says={texts.editBody}
      verb={texts.save}
      isDisabled={wrong !== undefined || preview === undefined}
      act={save}
      onClose={onClose}
    >
      <div class="short-text">
        <Field
          label={texts.cron}
          value={crons}
          onInput={setCrons}
          isMultiline
          hint={texts.cronHint}
          wrong={wrong}
        />
      </div>
      <Field label={texts.timeZone} value={zone} onInput={setZone} hint={texts.timeZoneHint} />
      {preview && <Coming preview={preview} zone={body.timeZone} />}
    </Confirm>
  );
}

function expressionsIn(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

interface Previewed {
  readonly preview?: Preview;
  /** Why there is none. */
  readonly wrong?: string;
}

/** What the service says of it, once nobody types any more. */
function usePreview(
  { startAt, endAt, exclude, daylightSaving }: Schedule,
  body: { readonly cron: readonly string[]; readonly timeZone: string },
): Previewed {
  const [known, setKnown] = useState<Previewed>({});
  const asked = JSON.stringify({ ...body, startAt, endAt, exclude, daylightSaving, count: COUNT });
  useEffect(() => {
    let isLast = true;
    const timer = setTimeout(() => {
      write<Preview>("POST", "/v1/schedules/preview", JSON.parse(asked))
        .then((preview) => isLast && setKnown({ preview }))
        .catch((error: unknown) => {
          const { title, detail } = troubleOf(error);
          if (isLast) setKnown({ wrong: detail ?? title });
        });
    }, PAUSE_MS);
    return () => {
      isLast = false;
      clearTimeout(timer);
    };
  }, [asked]);
  return known;
}

function Coming({
  preview: { items, warnings },
  zone,
}: {
  readonly preview: Preview;
  readonly zone: string;
}) {
  const { schedules: texts } = words();
  const own = { ...reader.value, zone };
  return (
    <div class="coming" role="status">
      {warnings.map((warning) => (
        <p key={warning} class="tone-warn small">
          {warning}
        </p>
      ))}
      <p class="quiet-ink">{items.length === 0 ? texts.never : `${texts.wouldStart} (${zoneName(zone)})`}</p>
      <ol>
        {items.map(({ at, mark }) => (
          <li key={at}>
            {day(Date.parse(at), own)} <b>{instantClock(Date.parse(at), own)}</b>
            {mark !== undefined && <span class="tone-warn small"> {texts[mark]}</span>}
          </li>
        ))}
      </ol>
    </div>
  );
}
