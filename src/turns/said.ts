import type * as z from "zod";
import type { Caller } from "../auth/roles.ts";
import { parseKeyId } from "../core/directory/access-keys.ts";
import { given } from "../core/given.ts";
import type { SessionCall } from "../core/queue/command.ts";
import { beatEntry, buryEntry, deleteEntry, releaseEntry, type workBody } from "../http/contract/queues.ts";
import type { Entry, WorkTurn } from "../service/work.ts";
import { readEntries, readReport } from "./entries.ts";

type Body = z.output<typeof workBody>;
type Lists = Pick<Body, "reports" | "beats" | "delete" | "release" | "bury">;
type OfSession = Partial<Pick<Body, "session" | "worker" | "bye" | "takesOver" | "about">>;

/** What a worker says it did with its messages, entry by entry. */
export function readLists(body: Lists): Pick<WorkTurn, "reports" | "beats" | "remove" | "release" | "bury"> {
  return {
    reports: body.reports.map(readReport),
    beats: readEntries(beatEntry, body.beats).map((entry) => said(entry)),
    remove: readEntries(deleteEntry, body.delete),
    release: readEntries(releaseEntry, body.release).map((entry) => said(entry)),
    bury: readEntries(buryEntry, body.bury),
  };
}

/** The session that a turn belongs to, if it names one. */
export function sessionOf(
  { accessKeyId }: Pick<Caller, "accessKeyId">,
  { session: id, about, worker, bye, takesOver }: OfSession,
): SessionCall | undefined {
  if (id === undefined) return undefined;
  const { startedAt, ...known } = about ?? {};
  const told = given({ ...known, startedAt: startedAt === undefined ? undefined : Date.parse(startedAt) });
  return {
    id,
    // A rotated key is the same key.
    key: parseKeyId(accessKeyId)?.name ?? accessKeyId,
    ...given({ worker, bye, takesOver }),
    ...(about && { about: told }),
  };
}

/** Leaves out what was not said of an entry. */
function said<T extends { receipt: string }>(entry: Entry<T>) {
  if ("invalid" in entry) return entry;
  const { receipt, ...more } = entry.value;
  return { value: { receipt, ...given(more) } };
}
