import { useComputed } from "@preact/signals";
import { duration } from "../model/durations.ts";
import { exactTime, relativeTime, shortTime } from "../model/times.ts";
import { now } from "../state/clock.ts";
import { reader } from "../state/settings.ts";
import { words } from "../words/index.ts";

const MINUTE_MS = 60_000;

export interface TimeProps {
  /** An instant, in milliseconds or as ISO. */
  readonly at: number | string;
  /** How long ago it is, or how soon, behind it. */
  readonly isRelative?: boolean;
}

function millis(at: number | string): number {
  return typeof at === "number" ? at : Date.parse(at);
}

/** The clock, with the day if it is not today; exact, with its zone, on hover. */
export function Time({ at, isRelative = false }: TimeProps) {
  const instant = millis(at);
  const minute = useComputed(() => Math.floor(now.value / MINUTE_MS) * MINUTE_MS).value;
  return (
    <time dateTime={new Date(instant).toISOString()} title={exactTime(instant, reader.value)}>
      {shortTime(instant, minute, reader.value)}
      {isRelative && (
        <>
          {" "}
          <span class="quiet">
            <Ago at={instant} />
          </span>
        </>
      )}
    </time>
  );
}

/** Such as `7 min ago`, which goes on by itself. */
export function Ago({ at }: { readonly at: number | string }) {
  const instant = millis(at);
  const text = useComputed(() => relativeTime(instant, now.value, reader.value.locale));
  return <span title={exactTime(instant, reader.value)}>{text}</span>;
}

export function Duration({ ms }: { readonly ms: number }) {
  return <>{duration(ms, words().units)}</>;
}

/** From an instant until now, which goes on by itself; until it has ended. */
export function Elapsed({
  from,
  to,
}: {
  readonly from: number | string;
  readonly to?: number | string | undefined;
}) {
  const begin = millis(from);
  const { units } = words();
  const text = useComputed(() => duration(Math.max(0, now.value - begin), units));
  return to === undefined ? <span>{text}</span> : <span>{duration(millis(to) - begin, units)}</span>;
}
