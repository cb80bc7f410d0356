import { pathOf } from "../api/client.ts";
import { usePages } from "../api/pages.ts";
import type { AuditEntry } from "../api/types.ts";
import { TextChip } from "../components/chip.tsx";
import { PageHead } from "../components/page-head.tsx";
import { Time } from "../components/times.tsx";
import { useQuery } from "../frame/use-query.ts";
import { personOf } from "../model/started-by.ts";
import "../styles/phone-rows.css";
import { words } from "../words/index.ts";
import { ListCard } from "./list-page.tsx";

const PAGE = 100;
const LOWEST_REFUSAL = 400;

export default function Audit() {
  const { audit: texts } = words();
  const [query, change] = useQuery();
  const list = usePages<AuditEntry>(pathOf("audit"), { limit: PAGE, accessKeyId: query.key });
  const columns = [
    { title: texts.time },
    { title: texts.who, isWide: true },
    { title: texts.action },
    { title: texts.target, isWide: true },
    { title: texts.status, isNumber: true, isWide: true },
    { title: texts.from, isWide: true },
    { title: texts.reason, isWide: true },
  ];
  return (
    <>
      <PageHead title={texts.title} />
      <div class="page-body">
        <search class="filters">
          <TextChip label={texts.key} value={query.key ?? ""} onChange={(key) => change({ key })} />
        </search>
        <ListCard
          label={texts.title}
          list={list}
          columns={columns}
          row={(entry) => <Row key={entry.id} entry={entry} />}
          empty={{ says: texts.empty }}
        />
      </div>
    </>
  );
}

function Row({
  entry: { at, accessKeyId, role, action, target, status, from, reason },
}: {
  readonly entry: AuditEntry;
}) {
  const isRefused = (status ?? 0) >= LOWEST_REFUSAL;
  const told = sessionWords(action, isRefused);
  const on = Object.values(target).join(" / ");
  const who = (
    <>
      {accessKeyId === "" ? (
        <span class="quiet">{words().audit.unknown}</span>
      ) : (
        <span class="nowrap">{personOf(accessKeyId)}</span>
      )}{" "}
      <span class="quiet">{role}</span>
    </>
  );
  return (
    <tr>
      <td class="nowrap told-at">
        <Time at={at} isRelative />
      </td>
      <td class="wide-only">{who}</td>
      <td class="told-what">
        {told === undefined ? <code>{action}</code> : <span title={action}>{told}</span>}
        <span class="phone-only phone-line">{on}</span>
        <span class="phone-only phone-line">
          {who} {isRefused && <span class="tone-bad">{status}</span>}
        </span>
        {reason !== undefined && <span class="phone-only phone-line">{reason}</span>}
      </td>
      <td class="wide-only">{on}</td>
      <td class={`number wide-only ${isRefused ? "tone-bad" : ""}`}>{status}</td>
      <td class="wide-only quiet nowrap">{from}</td>
      <td class="wide-only">
        <span class="cut block" title={reason}>
          {reason}
        </span>
      </td>
    </tr>
  );
}

/** What is said of sessions in words: their calls would say little. */
function sessionWords(action: string, isRefused: boolean): string | undefined {
  const { audit: texts } = words();
  if (action === "DELETE /v1/session") return texts.signedOut;
  if (action !== "POST /v1/session") return undefined;
  return isRefused ? texts.signInRefused : texts.signedIn;
}
