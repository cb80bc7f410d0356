import type { Resource } from "../../api/resource.ts";
import type { Page, Worker } from "../../api/types.ts";
import { Card } from "../../components/card.tsx";
import { Empty } from "../../components/empty.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { rowsOf } from "../../model/workers.ts";
import { words } from "../../words/index.ts";
import { WorkersTable } from "../workers/rows.tsx";

export type QueueWorkersResource = Resource<Page<Worker>> & { readonly reload: () => void };

/** Who works here, problems first. */
export function QueueWorkers({ workers }: { readonly workers: QueueWorkersResource }) {
  const { workers: texts } = words();
  const rows = rowsOf(workers.data?.items ?? []);
  return (
    <Card title={texts.title} note={rows.length > 0 && texts.count(rows.length)} isFlush>
      <Loaded resource={workers}>
        {() =>
          rows.length === 0 ? (
            <Empty
              says={texts.empty}
              hint={texts.emptyHint}
              commands={["npx millrace work jobs -- ./do-it.sh"]}
            />
          ) : (
            <WorkersTable rows={rows} onChanged={workers.reload} />
          )
        }
      </Loaded>
    </Card>
  );
}
