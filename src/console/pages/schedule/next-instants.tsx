import { useState } from "preact/hooks";
import { address, write } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { Preview, Schedule } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { Confirm } from "../../components/dialog.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { Ago } from "../../components/times.tsx";
import { tell } from "../../components/toasts.tsx";
import { day, fullDay, instantClock, zoneName } from "../../model/times.ts";
import { mayChange } from "../../state/session.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";

const COUNT = 10;
const ODD = 3;
type Instant = Preview["items"][number];

export interface NextInstantsProps {
  readonly schedule: Schedule;
  readonly base: string;
  readonly onChanged: () => void;
}

/** The next ten, in the schedule's zone and in the reader's, as the service counts them. */
export function NextInstants({ schedule, base, onChanged }: NextInstantsProps) {
  const preview = useResource<Preview>(address(`${base}/preview`, { count: COUNT, odd: ODD }));
  const [asked, ask] = useState<Instant | undefined>(undefined);
  const { schedules: texts } = words();
  const zone = schedule.timeZone ?? "UTC";
  const changed = () => {
    preview.reload();
    onChanged();
  };
  return (
    <Card title={texts.nextInstants} isFlush>
      <Loaded resource={preview}>
        {({ items, warnings, odd = [] }) => (
          <>
            {warnings.map((warning) => (
              <p key={warning} class="card-body tone-warn">
                {warning}
              </p>
            ))}
            <div class="table-wrap" tabIndex={0} role="region" aria-label={texts.nextInstants}>
              <table class="table next">
                <thead>
                  <tr>
                    <th scope="col">{zoneName(zone)}</th>
                    <th scope="col">
                      {zoneName(reader.value.zone)}, {texts.yours}
                    </th>
                    <th scope="col">
                      <span class="hidden-text">{texts.skipOne}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {items.map((instant) => (
                    <Row key={instant.at} instant={instant} zone={zone} onAsk={() => ask(instant)} />
                  ))}
                </tbody>
              </table>
            </div>
            {odd.length > 0 && <OddOnes odd={odd} />}
          </>
        )}
      </Loaded>
      {asked && <SkipDialog instant={asked} base={base} onChanged={changed} onClose={() => ask(undefined)} />}
    </Card>
  );
}

/** Those to come that a change of the clock moves, or that start nothing. */
function OddOnes({ odd }: { readonly odd: NonNullable<Preview["odd"]> }) {
  const { schedules: texts } = words();
  return (
    <section class="odd" aria-label={texts.oddOnes}>
      <h3>{texts.oddOnes}</h3>
      <ul>
        {odd.map(({ at, local, mark, leftOut, reason = "" }) => (
          <li key={at}>
            <span class="nowrap">{fullDay(Date.parse(`${local}Z`), { ...reader.value, zone: "UTC" })}</span>
            <span class="quiet-ink">
              {mark === undefined ? "" : texts[mark]}
              {leftOut === undefined ? "" : texts.verdicts[leftOut]}
              {leftOut === "skipped" && reason !== "" ? `: ${reason}` : ""}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Row({
  instant,
  zone,
  onAsk,
}: {
  readonly instant: Instant;
  readonly zone: string;
  readonly onAsk: () => void;
}) {
  const { at, mark, isSkipped = false } = instant;
  const time = Date.parse(at);
  const own = { ...reader.value, zone };
  const { schedules: texts, state } = words();
  return (
    <tr>
      <td class="nowrap">
        <span class="two">
          <span>
            <span class="quiet-ink">{day(time, own)}</span> <b>{instantClock(time, own)}</b>
          </span>
          {mark !== undefined && <span class="small tone-warn mark-note">{texts[mark]}</span>}
          {isSkipped && <span class="small tone-idle">{state.skipped}</span>}
        </span>
      </td>
      <td class="nowrap quiet-ink">
        <span class="two">
          <span>
            {day(time, reader.value)} {instantClock(time, reader.value)}
          </span>
          <span class="small quiet">
            <Ago at={time} />
          </span>
        </span>
      </td>
      <td class="number">
        {mayChange() && (
          <Button kind="quiet" isSmall onPress={onAsk}>
            {isSkipped ? texts.unskip : texts.skipOne}
          </Button>
        )}
      </td>
    </tr>
  );
}

interface SkipDialogProps {
  readonly instant: Instant;
  readonly base: string;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

function SkipDialog({ instant, base, onChanged, onClose }: SkipDialogProps) {
  const { schedules: texts } = words();
  const { at, isSkipped = false } = instant;
  const time = Date.parse(at);
  const shown = `${day(time, reader.value)} ${instantClock(time, reader.value)}`;
  async function act(): Promise<void> {
    await write("POST", `${base}/${isSkipped ? "unskip" : "skip"}`, { at });
    tell(isSkipped ? texts.unskipped : texts.skipped);
    onChanged();
  }
  return (
    <Confirm
      title={isSkipped ? `${texts.unskip}: ${shown}` : texts.skipTitle(shown)}
      says={isSkipped ? texts.resumeBody : texts.skipBody}
      verb={isSkipped ? texts.unskip : texts.skipOne}
      act={act}
      onClose={onClose}
    />
  );
}
