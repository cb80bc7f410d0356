import { pathOf } from "../api/client.ts";
import { usePages } from "../api/pages.ts";
import type { Flow } from "../api/types.ts";
import { PageHead } from "../components/page-head.tsx";
import { Time } from "../components/times.tsx";
import { addresses } from "../frame/addresses.ts";
import { words } from "../words/index.ts";
import { ListCard } from "./list-page.tsx";

const PAGE = 100;
const FIRST = ["npx millrace flow put hello hello.yaml", "npx millrace run hello"];

export default function Flows() {
  const { flows: texts } = words();
  const list = usePages<Flow>(pathOf("flows"), { limit: PAGE });
  const columns = [
    { title: texts.name },
    { title: texts.description, isWide: true },
    { title: texts.version, isNumber: true },
    { title: texts.edited },
    { title: texts.keeps, isWide: true },
  ];
  return (
    <>
      <PageHead title={texts.title} />
      <div class="page-body">
        <ListCard
          label={texts.title}
          list={list}
          columns={columns}
          row={(flow) => <Row key={flow.name} flow={flow} />}
          empty={{ says: texts.empty, hint: texts.emptyHint, commands: FIRST }}
        />
      </div>
    </>
  );
}

function Row({ flow }: { readonly flow: Flow }) {
  const { name, description, version, updatedAt, retentionDays } = flow;
  return (
    <tr class="linked">
      <td>
        <a class="row-link cut block name-cell" href={addresses.flow(name)} title={name}>
          <b>{name}</b>
        </a>
      </td>
      <td class="wide-only why">
        <span class="cut block quiet-ink" title={description}>
          {description}
        </span>
      </td>
      <td class="number">v{version}</td>
      <td class="nowrap">
        <Time at={updatedAt} isRelative />
      </td>
      <td class="wide-only quiet-ink nowrap">{words().flows.retention(retentionDays)}</td>
    </tr>
  );
}
