import { type HourOfTasks, dayOf } from "../model/workers.ts";
import { clock } from "../model/times.ts";
import { reader } from "../state/settings.ts";
import { words } from "../words/index.ts";

export interface HourBarsProps {
  readonly hours: readonly HourOfTasks[];
  /** The height of a whole bar. */
  readonly most: number;
}

const PERCENT = 100;

/** What a machine reported in each of the last 24 hours, the current one at the right: what failed stands on top. */
export function HourBars({ hours, most }: HourBarsProps) {
  const { workers: texts } = words();
  if (hours.length === 0) return null;
  const day = dayOf(hours, Date.now());
  const sum = (of: "done" | "failed") => day.reduce((all, hour) => all + hour[of], 0);
  return (
    <span class="hour-bars" role="img" aria-label={texts.dayTally(sum("done"), sum("failed"))}>
      {day.map(({ at, done, failed }) => (
        <span key={at} title={`${clock(at, reader.value)} ${texts.dayTally(done, failed)}`}>
          {failed > 0 && <i class="mark-bad" style={{ height: share(failed, most) }} />}
          {done > 0 && <i class="mark-ok" style={{ height: share(done, most) }} />}
        </span>
      ))}
    </span>
  );
}

function share(n: number, most: number): string {
  return `${(n / most) * PERCENT}%`;
}
