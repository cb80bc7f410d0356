import type { WaitingFor } from "../../api/types.ts";
import { shortTime } from "../../model/times.ts";
import { reader } from "../../state/settings.ts";
import { words } from "../../words/index.ts";

function clockOf(at: string | undefined): string {
  return at === undefined ? "" : shortTime(Date.parse(at), Date.now(), reader.value);
}

function main({
  waitsFor,
  queue = "",
  queuePaused,
  worker,
  until,
  execution = "",
  iterations = 0,
}: WaitingFor): string {
  const { waits } = words();
  const end = clockOf(until);
  const says: Readonly<Record<WaitingFor["waitsFor"], () => string>> = {
    queue: () => waits.queue(queue),
    delay: () => waits.delay(queue, end),
    worker: () => {
      if (queuePaused) return waits.queuePaused(queue);
      return worker === undefined ? waits.worker(queue) : waits.workerNamed(worker);
    },
    report: () => (worker === undefined ? waits.reportAnybody : waits.report(worker)),
    nobody: () => waits.nobody,
    call: () => waits.call,
    execution: () => waits.execution(execution),
    timer: () => waits.timer(end),
    retry: () => waits.retry(end),
    slot: () => waits.slot(iterations),
  };
  return says[waitsFor]();
}

/** In a list, for which no queue was asked whether a worker has taken the message. */
export function waitWords(waiting: WaitingFor): string {
  const { waitsFor, queue, worker } = waiting;
  const isWithQueue = waitsFor === "report" && queue !== undefined && worker === undefined;
  return isWithQueue ? words().waits.atQueue(queue) : main(waiting);
}

/** What an open step waits for, since when, and when that ends. */
export function WaitSentence({ waiting }: { readonly waiting: WaitingFor }) {
  const { waits, common } = words();
  const { since, until, timesOutAt, unaskedSince, waitsFor } = waiting;
  const parts = [main(waiting)];
  if (since !== undefined) parts.push(waits.since(clockOf(since)));
  if (waitsFor === "report" && until !== undefined) parts.push(waits.lease(clockOf(until)));
  if (timesOutAt !== undefined) parts.push(waits.timesOut(clockOf(timesOutAt)));
  if (unaskedSince !== undefined) parts.push(waits.unasked(clockOf(unaskedSince)));
  return <span>{common.sentence(parts)}</span>;
}
