import { usePages } from "../../api/pages.ts";
import type { Firing } from "../../api/types.ts";
import { Card } from "../../components/card.tsx";
import { SelectChip } from "../../components/chip.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { More } from "../../components/more.tsx";
import { StateMark } from "../../components/state-mark.tsx";
import { Table } from "../../components/table.tsx";
import { addresses } from "../../frame/addresses.ts";
import { useQuery } from "../../frame/use-query.ts";
import { duration } from "../../model/durations.ts";
import { exactTime, instantClock, shortTime, zoneName } from "../../model/times.ts";
import { verdictOf } from "../../model/verdicts.ts";
import { now } from "../../state/clock.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";

const PAGE = 50;
const POLL_MS = 15_000;
const VERDICTS = [
  "started",
  "skippedOverlap",
  "expired",
  "paused",
  "skipped",
  "excluded",
  "failedToStart",
] as const;

export interface LedgerProps {
  readonly flow: string;
  readonly base: string;
  /** The schedule's own: its instants are told in it. */
  readonly zone: string;
}

/** Every instant of a schedule, with what became of it. */
export function Ledger({ flow, base, zone }: LedgerProps) {
  const [{ verdict }, change] = useQuery();
  const list = usePages<Firing>(`${base}/firings`, { limit: PAGE, verdict }, { everyMs: POLL_MS });
  const { schedules: texts } = words();
  const choices = [
    { value: "", title: texts.allFirings },
    ...VERDICTS.map((value) => ({ value, title: texts.verdicts[value] })),
  ];
  const columns = [
    { title: `${texts.instant}, ${zoneName(zone)}` },
    { title: texts.verdict },
    { title: texts.start, isNumber: true, isWide: true },
    { title: texts.why },
    { title: texts.by, isWide: true },
  ];
  return (
    <Card
      title={texts.ledger}
      isFlush
      actions={
        <SelectChip
          label={texts.verdict}
          value={verdict ?? ""}
          choices={choices}
          onChange={(chosen) => change({ verdict: chosen })}
        />
      }
    >
      <Loaded resource={list}>
        {(items) =>
          items.length === 0 ? (
            <p class="empty quiet">{texts.noFirings}</p>
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
      <td class="number nowrap wide-only">{lateness(firing)}</td>
      <td class="quiet-ink">{whyOf(firing)}</td>
      <td class="wide-only quiet-ink">{texts.kinds[kind]}</td>
    </tr>
  );
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
  return parts.filter((part) => part !== "").join(", ");
}
