import { useComputed } from "@preact/signals";
import { address, pathOf } from "../api/client.ts";
import { useResource } from "../api/resource.ts";
import type { BoardHours } from "../api/types.ts";
import { type EndedHour, everyHour, heightOf } from "../model/hours.ts";
import { clock, isSameDay, shortTime } from "../model/times.ts";
import { now } from "../state/clock.ts";
import { reader } from "../state/settings.ts";
import { words } from "../words/index.ts";

const POLL_MS = 60_000;
const HOUR_MS = 3_600_000;
const HOURS = 36;
const PIXELS = 34;
/** Every how many hours one is named. */
const NAMED_EVERY = 6;

export interface HistogramProps {
  readonly flow: string | undefined;
  /** The beginning of an hour. */
  readonly chosen: number | undefined;
  /** The chosen one again takes the choice back. */
  readonly onChoose: (hour: number | undefined) => void;
}

/** What ended in each of the last hours, to choose one; nothing while it is not known. */
export function Histogram({ flow, chosen, onChoose }: HistogramProps) {
  const { data } = useResource<BoardHours>(address(pathOf("board", "hours"), { flow }), { everyMs: POLL_MS });
  const hour = useComputed(() => Math.floor(now.value / HOUR_MS) * HOUR_MS).value;
  const { board: texts } = words();
  if (!data) return <div class="histogram" />;
  const told = data.hours.map((one) => ({ ...one, at: Date.parse(one.at) }));
  const hours = everyHour(told, hour, HOURS);
  const most = Math.max(...hours.map(({ succeeded, failed, other }) => succeeded + failed + other));
  const sum = (of: (one: EndedHour) => number) => hours.slice(-24).reduce((all, one) => all + of(one), 0);
  const label = texts.endsInAll(
    sum(({ succeeded }) => succeeded),
    sum(({ failed }) => failed),
  );
  const tabStop = hours.find(({ at }) => at === chosen)?.at ?? hours.at(-1)?.at;
  return (
    <div class="histogram" role="group" aria-label={`${texts.ends}. ${label}`} onKeyDown={moveByArrows}>
      {hours.map((one, at) => (
        <Hour
          key={one.at}
          hour={one}
          most={most}
          name={nameOf(hours, at)}
          isChosen={one.at === chosen}
          isTabStop={one.at === tabStop}
          onChoose={() => onChoose(one.at === chosen ? undefined : one.at)}
        />
      ))}
    </div>
  );
}

function moveByArrows(event: KeyboardEvent): void {
  const { target, key } = event;
  if (!(target instanceof HTMLElement) || (key !== "ArrowLeft" && key !== "ArrowRight")) return;
  const hour = target.parentElement;
  const next = key === "ArrowLeft" ? hour?.previousElementSibling : hour?.nextElementSibling;
  const button = next?.querySelector("button");
  if (!button) return;
  event.preventDefault();
  button.focus();
}

/** Such as `06:00`, with the day where that begins; the last is now. */
function nameOf(hours: readonly EndedHour[], at: number): string {
  if (at === hours.length - 1) return words().board.now;
  const isNamed = at % NAMED_EVERY === 0 && at < hours.length - 2;
  return isNamed ? clock(hours[at]?.at ?? 0, reader.value) : "";
}

function Hour({
  hour: { at, succeeded, failed, other },
  most,
  name,
  isChosen,
  isTabStop,
  onChoose,
}: {
  readonly hour: EndedHour;
  readonly most: number;
  readonly name: string;
  readonly isChosen: boolean;
  readonly isTabStop: boolean;
  readonly onChoose: () => void;
}) {
  const isToday = isSameDay(at, now.peek(), reader.value);
  const time = isToday ? clock(at, reader.value) : shortTime(at, now.peek(), reader.value);
  const says = words().board.hour(time, succeeded, failed, other);
  return (
    <span class={`hour ${isChosen ? "is-chosen" : ""}`}>
      <button
        type="button"
        title={says}
        aria-label={says}
        aria-pressed={isChosen}
        tabIndex={isTabStop ? 0 : -1}
        onClick={onChoose}
      >
        <span class="stack-of-ends">
          <span class="mark-bad" style={{ height: `${heightOf(failed, most, PIXELS)}px` }} />
          <span class="mark-idle" style={{ height: `${heightOf(other, most, PIXELS)}px` }} />
          <span class="mark-ok well" style={{ height: `${heightOf(succeeded, most, PIXELS)}px` }} />
        </span>
      </button>
      <span class="hour-name" aria-hidden="true">
        {name}
      </span>
    </span>
  );
}
