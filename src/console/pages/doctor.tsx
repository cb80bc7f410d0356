import { useState } from "preact/hooks";
import { pathOf, write } from "../api/client.ts";
import { useResource } from "../api/resource.ts";
import type { DoctorReport, DoctorStarted, Finding } from "../api/types.ts";
import { Button } from "../components/button.tsx";
import { Card } from "../components/card.tsx";
import { CopyAs } from "../components/copy-as.tsx";
import { curlOf } from "../components/copy.ts";
import { Confirm } from "../components/dialog.tsx";
import { Empty } from "../components/empty.tsx";
import { Loaded } from "../components/loaded.tsx";
import { PageHead } from "../components/page-head.tsx";
import { StateMark } from "../components/state-mark.tsx";
import { Table } from "../components/table.tsx";
import { Time } from "../components/times.tsx";
import { tell } from "../components/toasts.tsx";
import { placeOfFinding } from "../model/findings.ts";
import { personOf } from "../model/started-by.ts";
import { mayChange } from "../state/session.ts";
import "../styles/doctor.css";
import "../styles/phone-rows.css";
import { words } from "../words/index.ts";

const PATH = pathOf("doctor");
/** Only while an inspection is under way. */
const POLL_MS = 1500;

function isOver({ round, endedAt }: DoctorReport): boolean {
  return round === undefined || endedAt !== undefined;
}

/** The hourly inspection: what was found, what was healed, and what to do about the rest. */
export default function Doctor() {
  const { doctor: texts } = words();
  const [isAsked, ask] = useState(false);
  const report = useResource<DoctorReport>(PATH, { everyMs: POLL_MS, until: isOver });
  const isBusy = report.data !== undefined && !isOver(report.data);
  return (
    <>
      <PageHead
        title={texts.title}
        meta={report.data && <Round report={report.data} />}
        actions={
          mayChange() && (
            <Button icon="doctor" kind="solid" isDisabled={isBusy} onPress={() => ask(true)}>
              {texts.inspect}
            </Button>
          )
        }
      />
      <div class="page-body">
        <Card title={texts.findings} isFlush>
          <Loaded resource={report}>{({ findings }) => <Findings findings={findings} />}</Loaded>
        </Card>
      </div>
      {isAsked && <InspectDialog onClose={() => ask(false)} onBegun={report.reload} />}
    </>
  );
}

/** When everything was looked at last, by whose wish. */
function Round({ report }: { readonly report: DoctorReport }) {
  const { doctor: texts } = words();
  const { round, startedAt, endedAt, visited = 0, of = 0, by, flow } = report;
  if (round === undefined || startedAt === undefined) return <span>{texts.none}</span>;
  return (
    <>
      <span>
        {texts.last} <Time at={startedAt} isRelative />
      </span>
      {endedAt === undefined ? (
        <StateMark state="running" word={texts.underWay(visited, of)} />
      ) : (
        <span>{texts.over(visited)}</span>
      )}
      {flow !== undefined && <span class="cut">{flow}</span>}
      <span class="cut">
        {by === undefined ? texts.hourly : texts.askedBy(personOf(by.replace(/^key:/, "")))}
      </span>
    </>
  );
}

function InspectDialog({ onClose, onBegun }: { readonly onClose: () => void; readonly onBegun: () => void }) {
  const { doctor: texts } = words();
  async function act(): Promise<void> {
    const { round } = await write<DoctorStarted>("POST", PATH, {});
    tell(texts.begun(round));
    onBegun();
  }
  return (
    <Confirm
      title={texts.inspectTitle}
      says={texts.inspectBody}
      verb={texts.inspect}
      act={act}
      onClose={onClose}
    >
      <CopyAs curl={curlOf("POST", PATH, {})} cli="npx millrace doctor --wait" />
    </Confirm>
  );
}

function Findings({ findings }: Pick<DoctorReport, "findings">) {
  const { doctor: texts } = words();
  if (findings.length === 0) return <Empty says={texts.well} hint={texts.wellHint} />;
  const columns = [
    { title: texts.state },
    { title: texts.what },
    { title: texts.where, isWide: true },
    { title: texts.since, isWide: true },
  ];
  return (
    <Table label={texts.findings} columns={columns}>
      {findings.map((finding) => (
        <Row key={keyOf(finding)} finding={finding} />
      ))}
    </Table>
  );
}

function keyOf({ code, kind, object, name = "" }: Finding): string {
  return `${code} ${kind} ${object} ${name}`;
}

function Row({ finding }: { readonly finding: Finding }) {
  const { doctor: texts } = words();
  const { code, detail, since, healed } = finding;
  const where = <Where finding={finding} />;
  return (
    <tr>
      <td class="nowrap finding-state">
        {healed ? (
          <StateMark state="succeeded" word={texts.healed} />
        ) : (
          <StateMark state="late" word={texts.open} />
        )}
      </td>
      <td class="finding-what">
        <b title={code}>{texts.codes[code]}</b>
        <span class="finding-detail">{detail}</span>
        {!healed && <span class="finding-remedy">{texts.remedies[code]}</span>}
        <span class="phone-only phone-line">{where}</span>
        <span class="phone-only phone-line">
          <Time at={since} isRelative />
        </span>
      </td>
      <td class="wide-only finding-where">{where}</td>
      <td class="wide-only nowrap finding-since">
        <Time at={since} isRelative />
      </td>
    </tr>
  );
}

function Where({ finding }: { readonly finding: Finding }) {
  const { parts, href } = placeOfFinding(finding);
  const { shard, webhook } = words().doctor;
  const owner = finding.code === "deadLetters" ? webhook : shard;
  const says = parts.length === 0 ? owner : parts.join(" / ");
  return href === undefined ? (
    <span class="quiet">{says}</span>
  ) : (
    <a class="link" href={href} title={says}>
      {says}
    </a>
  );
}
