import type { Resource } from "../../api/resource.ts";
import type { Firing, Page } from "../../api/types.ts";
import { Card } from "../../components/card.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { addresses } from "../../frame/addresses.ts";
import { duration } from "../../model/durations.ts";
import { type RunTime, quantile, runTimes, scaleOf } from "../../model/run-times.ts";
import { toneOf } from "../../model/states.ts";
import { day, instantClock } from "../../model/times.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";

export interface RunTimesProps {
  readonly flow: string;
  /** The schedule's own. */
  readonly zone: string;
  /** Within which an execution is to end. */
  readonly promiseMs: number | undefined;
  readonly firings: Resource<Page<Firing>> & { readonly reload: () => void };
}

const MEDIAN = 0.5;
const MOST = 0.95;

/** How long the newest runs took, beside what is promised. */
export function RunTimes({ firings, ...props }: RunTimesProps) {
  const { schedules: texts, units } = words();
  const times = runTimes(firings.data?.items ?? []);
  if (firings.data !== undefined && times.length === 0) return null;
  const note =
    times.length > 0 &&
    texts.howLong(
      times.length,
      duration(quantile(times, MEDIAN), units),
      duration(quantile(times, MOST), units),
    );
  return (
    <Card title={texts.tookTitle} note={note}>
      <Loaded resource={firings}>{() => <Chart {...props} times={times} />}</Loaded>
    </Card>
  );
}

interface ChartProps extends Omit<RunTimesProps, "firings"> {
  readonly times: readonly RunTime[];
}

const PERCENT = 100;
/** Of the height above the highest. */
const ROOM = 1.06;

function Chart({ flow, zone, promiseMs, times }: ChartProps) {
  const { schedules: texts, units } = words();
  const most = Math.max(...times.map(({ ms }) => ms), promiseMs ?? 0, 1);
  const lines = scaleOf(most);
  const top = Math.max(most, lines.at(-1) ?? 0) * ROOM;
  const height = (ms: number) => `${(ms / top) * PERCENT}%`;
  return (
    <div class="times" role="group" aria-label={texts.tookTitle}>
      <div class="times-plot">
        {lines.map((ms) => (
          <span key={ms} class="times-line" style={{ bottom: height(ms) }}>
            <span class="quiet small">{duration(ms, units)}</span>
          </span>
        ))}
        {promiseMs !== undefined && (
          <span class="times-promise" style={{ bottom: height(promiseMs) }}>
            <span class="small quiet-ink">{texts.endsWithin(duration(promiseMs, units))}</span>
          </span>
        )}
        <div class="times-bars">
          {times.map((time) => (
            <TimeBar
              key={`${time.firing.at} ${time.firing.kind}`}
              flow={flow}
              zone={zone}
              time={time}
              height={height(time.ms)}
            />
          ))}
        </div>
      </div>
      <div class="times-foot quiet small" aria-hidden="true">
        <span>{dayOf(times[0], zone)}</span>
        <span>{dayOf(times.at(-1), zone)}</span>
      </div>
    </div>
  );
}

interface TimeBarProps {
  readonly flow: string;
  readonly zone: string;
  readonly time: RunTime;
  readonly height: string;
}

function TimeBar({ flow, zone, time: { firing, ms, state }, height }: TimeBarProps) {
  const { state: states, units } = words();
  const own = { ...reader.value, zone };
  const at = Date.parse(firing.at);
  const says = `${day(at, own)} ${instantClock(at, own)}: ${states[state]}, ${duration(ms, units)}`;
  const tone = `times-${toneOf(state)}`;
  return (
    <a
      class="times-bar"
      href={addresses.execution(flow, firing.executionName ?? "")}
      aria-label={says}
      title={says}
    >
      <span class={tone} style={{ height }} />
    </a>
  );
}

function dayOf(time: RunTime | undefined, zone: string): string {
  return time ? day(Date.parse(time.firing.at), { ...reader.value, zone }) : "";
}
