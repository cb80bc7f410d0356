import { useResource } from "../../api/resource.ts";
import { Button } from "../../components/button.tsx";
import { copyText } from "../../components/copy.ts";
import { PauseBand } from "../../components/pause.tsx";
import { StateShape } from "../../components/state-mark.tsx";
import { addresses } from "../../frame/addresses.ts";
import { clockSeconds } from "../../model/times.ts";
import { lookOf } from "../../model/looks.ts";
import { stateOfStatus, toneOf } from "../../model/states.ts";
import { reader } from "../../state/settings.ts";
import { mayChange } from "../../state/session.ts";
import { words } from "../../words/index.ts";
import { DrainButton } from "../workers/drain.tsx";
import { WaitSentence } from "./waits.tsx";
import type { ExecutionView } from "./context.ts";
import { type Failures, sickMachine } from "./failures.tsx";

export interface BandProps {
  readonly view: ExecutionView;
  readonly onShow: (path: string) => void;
}

/** What went wrong comes before everything else; of what runs, what it waits for. */
export function Band({ view, onShow }: BandProps) {
  const failures = useFailures(view);
  const { head } = view.snapshot;
  const state = stateOfStatus(head.status);
  if (head.held !== undefined) return <HeldBand flow={view.flow} held={head.held} />;
  if (state === "running" && head.paused) return <PauseBand paused={head.paused} />;
  if (state === "running") return <WaitBand view={view} onShow={onShow} />;
  if (state === "succeeded") return null;
  const { execution: texts } = words();
  const error = [head.error, head.cause].filter((part) => part !== undefined && part !== "").join(": ");
  const trouble = view.trouble;
  const machine = sickMachine(failures);
  return (
    <div class={`band soft-${toneOf(state)}`} role="status">
      <StateShape state={state} size={18} />
      <span class="says">
        <b>{sentence(view)}</b> <Cause view={view} failures={failures} />
      </span>
      {machine !== undefined && mayChange() && <DrainButton worker={machine} />}
      {trouble !== undefined && (
        <Button isSmall onPress={() => onShow(trouble)}>
          {texts.showStep}
        </Button>
      )}
      {error !== "" && (
        <Button icon="copy" kind="quiet" isSmall onPress={() => void copyText(error)}>
          {texts.copyError}
        </Button>
      )}
    </div>
  );
}

/** Its start waits; nothing of it runs, so there is nothing else to say. */
export function HeldBand({ flow, held }: { readonly flow: string; readonly held: "flowPaused" | "line" }) {
  const { pauses: texts, execution } = words();
  return (
    <div class="band soft-idle" role="status">
      <StateShape state="line" size={18} />
      <span class="says">
        <b>{execution.notBegun}</b> {texts.heldFor[held]}
      </span>
      <a class="link" href={addresses.flow(flow)}>
        {flow}
      </a>
    </div>
  );
}

export function sentence({ snapshot, trouble }: ExecutionView): string {
  const { execution: texts } = words();
  const { head } = snapshot;
  const at = clockSeconds(Date.parse(head.endedAt ?? head.startedAt), reader.value);
  if (head.status === "TimedOut") return texts.timedOutAt(at);
  if (head.status === "Stopped") return texts.stoppedAt(at);
  return trouble === undefined ? texts.failedPlain(at) : texts.failedAt(trouble, at);
}

const POLL_MS = 5000;

/** Of the step in trouble, if it is a foreach; `isLive`: also while the execution runs. */
export function useFailures(
  { snapshot, trouble, base }: ExecutionView,
  isLive = false,
): Failures | undefined {
  const failed = trouble === undefined ? 0 : (lookOf(trouble, snapshot).counts?.failed ?? 0);
  const isRunning = stateOfStatus(snapshot.head.status) === "running";
  const url = `${base}/failures?step=${encodeURIComponent(trouble ?? "")}`;
  const isWanted = failed > 0 && (isLive || !isRunning);
  return useResource<Failures>(isWanted ? url : undefined, { everyMs: isRunning ? POLL_MS : undefined }).data;
}

export interface CauseProps {
  readonly view: ExecutionView;
  readonly failures: Failures | undefined;
}

/** How many items and on which machine, where it is a foreach; else the error's own words. */
export function Cause({ view, failures }: CauseProps) {
  const { execution: texts } = words();
  const { snapshot, trouble } = view;
  const { head } = snapshot;
  const counts = trouble === undefined ? undefined : lookOf(trouble, snapshot).counts;
  const failed = counts?.failed ?? 0;
  if (failed === 0) {
    return (
      <>
        {head.error !== undefined && <code class="tone-bad">{head.error}</code>} {head.cause}
      </>
    );
  }
  const total = Object.values(counts ?? {}).reduce((all, n) => all + n, 0);
  return (
    <>
      {texts.itemsFailed(failed, total)} <Machine failures={failures} failed={failed} />
    </>
  );
}

function Machine({ failures, failed }: { readonly failures: Failures | undefined; readonly failed: number }) {
  const { execution: texts } = words();
  const worst = worstWorker(failures);
  const [group] = failures?.groups ?? [];
  const error = group && (
    <>
      {" "}
      <code class="tone-bad">{group.error}</code>
    </>
  );
  if (!worst || worst.failed * 2 <= worst.of) return error ?? null;
  const [before, name] = onMachine();
  return (
    <>
      {before}
      <b class="tone-bad">{name}</b>:{error}
    </>
  );

  function onMachine(): readonly [string, string] {
    const { worker, failed: own, of } = worst ?? { worker: "", failed: 0, of: 0 };
    if (own === of) return texts.allOnMachine(worker);
    return of === failed ? texts.oneMachine(own, worker) : texts.mostOnMachine(worker);
  }
}

/** Whose steps failed most, not counting attempts that were tried again, and out of how many. */
function worstWorker(failures: Failures | undefined) {
  const counts = new Map<string, number>();
  for (const [name, count] of failures?.groups.flatMap(({ workers = [] }) => workers) ?? [])
    counts.set(name, (counts.get(name) ?? 0) + count);
  const [worst] = [...counts].toSorted(([, a], [, b]) => b - a);
  const of = failures?.groups.reduce((sum, { count }) => sum + count, 0) ?? 0;
  return worst && { worker: worst[0], failed: worst[1], of };
}

function WaitBand({ view, onShow }: BandProps) {
  const [first] = view.snapshot.head.waitingFor ?? [];
  const isStuck = first?.waitsFor === "nobody" || first?.unaskedSince !== undefined;
  if (!first || !(isStuck || first.queuePaused)) return null;
  return (
    <div class="band soft-warn" role="status">
      <StateShape state="late" size={18} />
      <span class="says">
        <b>{first.path}</b> <WaitSentence waiting={first} />
      </span>
      <Button isSmall onPress={() => onShow(first.path)}>
        {words().execution.showStep}
      </Button>
    </div>
  );
}
