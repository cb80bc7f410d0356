import { useState } from "preact/hooks";
import { pathOf } from "../../api/client.ts";
import { usePages } from "../../api/pages.ts";
import type { BoardWorker } from "../../api/types.ts";
import { BoardNote } from "../../components/board-note.tsx";
import { TextChip } from "../../components/chip.tsx";
import { Empty } from "../../components/empty.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { More } from "../../components/more.tsx";
import { PageHead } from "../../components/page-head.tsx";
import { rowsOf } from "../../model/workers.ts";
import { words } from "../../words/index.ts";
import { WorkersTable } from "./rows.tsx";

const PAGE = 500;
const POLL_MS = 10_000;
const COMMAND = "npx millrace work jobs -- ./do-it.sh";

/** Everybody who works, problems first. */
export default function Workers() {
  const { workers: texts } = words();
  const [wanted, setWanted] = useState("");
  const list = usePages<BoardWorker>(pathOf("board", "workers"), { limit: PAGE }, { everyMs: POLL_MS });
  return (
    <>
      <PageHead title={texts.title} />
      <div class="page-body">
        <BoardNote />
        <section class="card" aria-label={texts.title}>
          <Loaded resource={list}>
            {(items) => {
              if (items.length === 0 && !list.loadMore)
                return <Empty says={texts.empty} hint={texts.emptyHint} commands={[COMMAND]} />;
              const all = rowsOf(items.map((one) => ({ ...one, running: [] })));
              const rows = all.filter(
                ({ name = "", queue }) => name.includes(wanted) || queue.includes(wanted),
              );
              return (
                <>
                  <div class="card-head">
                    <span class="quiet grow machines-note">{texts.count(all.length)}</span>
                    <TextChip label={texts.find} value={wanted} onChange={setWanted} />
                  </div>
                  {rows.length === 0 ? (
                    <p class="panel-part quiet">{texts.noneFound}</p>
                  ) : (
                    <WorkersTable rows={rows} hasQueues onChanged={list.reload} />
                  )}
                </>
              );
            }}
          </Loaded>
          <More list={list} />
        </section>
      </div>
    </>
  );
}
