import { useComputed } from "@preact/signals";
import type { Night } from "../../api/types.ts";
import { StateShape } from "../../components/state-mark.tsx";
import { Ago } from "../../components/times.tsx";
import { addresses } from "../../frame/addresses.ts";
import { clock, instantClock } from "../../model/times.ts";
import { now } from "../../state/clock.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";

const SHOWN = 6;

/** What runs, and what starts next. */
export function NowAndNext({ night: { counts, next } }: { readonly night: Night }) {
  const { overview: texts, number } = words();
  const { running = 0, waiting = 0 } = counts;
  const time = useComputed(() => clock(now.value, reader.value));
  return (
    <div class="card now-next">
      <section aria-label={texts.now}>
        <div class="card-head">
          <h2>{texts.now}</h2>
          <span class="grow" />
          <span class="quiet">{time}</span>
        </div>
        <ul class="now">
          <li>
            <StateShape state={running > 0 ? "running" : "pending"} /> <span>{texts.running}</span>{" "}
            <b>{number(running)}</b>
          </li>
          {waiting > 0 && (
            <li>
              <StateShape state="line" /> <span>{texts.waiting}</span> <b>{number(waiting)}</b>
            </li>
          )}
        </ul>
      </section>
      <section aria-label={texts.next}>
        <div class="card-head">
          <h2>{texts.next}</h2>
        </div>
        {next.length === 0 && <p class="quiet nothing-next">{texts.nothingNext}</p>}
        <ul class="next-list">
          {next.slice(0, SHOWN).map(({ at, flow, schedule }) => (
            <li key={`${flow}/${schedule}`}>
              <span class="quiet-ink nowrap">{instantClock(Date.parse(at), reader.value)}</span>
              <a class="cut" href={addresses.schedule(flow, schedule)} title={`${flow} / ${schedule}`}>
                {flow} <span class="quiet">{schedule}</span>
              </a>
              <span class="quiet nowrap">
                <Ago at={at} />
              </span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
