import { offsetAt } from "../../../core/schedule/timetable/zone.ts";
import type { Query } from "../../api/client.ts";
import { usePages } from "../../api/pages.ts";
import type { Firing } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { More } from "../../components/more.tsx";
import { Segment } from "../../components/segment.tsx";
import { StateMark } from "../../components/state-mark.tsx";
import { Table } from "../../components/table.tsx";
import { addresses } from "../../frame/addresses.ts";
import { useQuery } from "../../frame/use-query.ts";
import { duration } from "../../model/durations.ts";
import { instantOf } from "../../model/calendar.ts";
import { starterOf } from "../../model/started-by.ts";
import { exactTime, instantClock, shortTime, zoneName } from "../../model/times.ts";
import { verdictOf } from "../../model/verdicts.ts";
import { now } from "../../state/clock.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";

const PAGE = 40;
const POLL_MS = 15_000;
const SHOWS = ["unwell", "all", "manual", "backfill"] as const;
type Show = (typeof SHOWS)[number];
const QUERIES: Readonly<Record<Show, Query>> = {
  unwell: { unwell: true },
  all: {},
  manual: { kind: "manual" },
  backfill: { kind: "backfill" },
};

export interface LedgerProps {
  readonly flow: string;
  readonly base: string;
  /** The schedule's own: its instants are told in it. */
  readonly zone: string;
  /** Firings ever. */
  readonly total: number;
}

/** Every instant of a schedule, with what became of it; first what did not go well. */
export function Ledger({ flow, base, zone, total }: LedgerProps) {
  const [{ show = "unwell", at }, change] = useQuery();
  const shown = SHOWS.find((one) => one === show) ?? "unwell";
  const query = { limit: PAGE, ...QUERIES[shown], ...stretchOf(at, zone) };
  const list = usePages<Firing>(`${base}/firings`, query, { everyMs: POLL_MS });
  const { schedules: texts, number } = words();
  const columns = [
    { title: `${texts.instant}, ${zoneName(zone)}` },
    { title: texts.verdict },
    { title: texts.start, isNumber: true, isWide: true },
    { title: texts.took, isNumber: true, isWide: true },
    { title: texts.why },
    { title: texts.by, isWide: true },
  ];
  const choices = SHOWS.map((id) => ({
    id,
    title: id === "all" && total > 0 ? `${texts.shows.all} ${number(total)}` : texts.shows[id],
  }));
  return (
    <Card
      title={texts.ledger}
      isFlush
      actions={
        <>
          {at !== undefined && (
            <Button isSmall icon="close" onPress={() => change({ at: undefined })}>
              {at.replace("T", " ")}
            </Button>
          )}
          <Segment
            label={texts.ledger}
            choices={choices}
            chosen={shown}
            onChoose={(chosen) => change({ show: chosen === "unwell" ? undefined : chosen })}
          />
        </>
      }
    >
      <Loaded resource={list}>
        {(items) =>
          items.length === 0 ? (
            <p class="empty quiet">{texts.none[shown]}</p>
          ) : (
            <Table label={texts.ledger} columns={columns}>
              {items.map((firing) => (
                <Row key={`${firing.at} ${firing.kind}`} flow={flow} firing={firing} zone={zone} />
              ))}
            </Table>
          )
        }
      </Loaded>
      <More list={list} />
    </Card>
  );
}

/** The day or hour of the schedule's zone that the calendar's square stands for, or the minute. */
function stretchOf(at: string | undefined, zone: string): Query {
  const length = at !== undefined && PLACE.test(at) ? LENGTHS.get(at.length) : undefined;
  const from = at === undefined || length === undefined ? Number.NaN : instantOf(at, zone);
  if (length === undefined || Number.isNaN(from)) return {};
  // A day with a change of the clock is longer or shorter.
  const next = from + length;
  const to = next + offsetAt(zone, from) - offsetAt(zone, next) - 1;
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

const PLACE = /^\d{4}-\d{2}-\d{2}(T\d{2}(:\d{2})?)?$/;
const LENGTHS = new Map([
  ["2026-11-25".length, 86_400_000],
  ["2026-11-25T18".length, 3_600_000],
  ["2026-11-25T18:05".length, 60_000],
]);

function Row({
  flow,
  firing,
  zone,
}: {
  readonly flow: string;
  readonly firing: Firing;
  readonly zone: string;
}) {
  const { at, kind, executionName } = firing;
  const own = { ...reader.value, zone };
  const instant = Date.parse(at);
  const shown = shortTime(instant, now.peek(), own, instantClock);
  const { schedules: texts } = words();
  return (
    <tr class={executionName === undefined ? "" : "linked"}>
      <td class="nowrap" title={exactTime(instant, own)}>
        {executionName === undefined ? (
          shown
        ) : (
          <a class="row-link" href={addresses.execution(flow, executionName)}>
            {shown}
          </a>
        )}
      </td>
      <td>
        <StateMark state={verdictOf(firing)} />
      </td>
      <StartCell firing={firing} />
      <td class="number nowrap wide-only">{tookOf(firing)}</td>
      <td class="quiet-ink ledger-why">
        {firing.error !== undefined && <code class="tone-bad">{firing.error}</code>} {whyOf(firing)}
      </td>
      <td class="wide-only quiet-ink">{texts.kinds[kind]}</td>
    </tr>
  );
}

/** How late it began; of what somebody ran there is no late, so who did. */
function StartCell({ firing }: { readonly firing: Firing }) {
  const { kind, firedBy } = firing;
  const { schedules: texts } = words();
  if (kind !== "manual") return <td class="number nowrap wide-only">{lateness(firing)}</td>;
  const { name } = starterOf(firedBy);
  return (
    <td class="number wide-only quiet-ink">
      <span class="cut block machine-cell" title={name}>
        {texts.runBy(name)}
      </span>
    </td>
  );
}

function tookOf({ startedAt, firedAt, executionEndedAt }: Firing): string {
  const begin = startedAt ?? firedAt;
  if (begin === undefined || executionEndedAt === undefined) return "";
  return duration(Math.max(0, Date.parse(executionEndedAt) - Date.parse(begin)), words().units);
}

function lateness({ startLatenessMs, latenessMs, verdict }: Firing): string {
  const ms = startLatenessMs ?? (verdict === "started" ? latenessMs : undefined);
  return ms === undefined ? "" : `+${duration(ms, words().units)}`;
}

function whyOf({ verdict, reason, missedStart = false, missedEnd = false }: Firing): string {
  const { schedules: texts } = words();
  const parts = [
    verdict === "started" ? "" : texts.verdicts[verdict],
    missedStart ? texts.missedStart : "",
    missedEnd ? texts.missedEnd : "",
    reason ?? "",
  ];
  return words().common.list(parts.filter((part) => part !== ""));
}
