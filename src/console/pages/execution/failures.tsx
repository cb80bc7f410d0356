import type { ComponentChildren } from "preact";
import { useResource } from "../../api/resource.ts";
import { Button } from "../../components/button.tsx";
import { ItemsBar } from "../../components/items-bar.tsx";
import { Loaded } from "../../components/loaded.tsx";
import type { Run } from "../../model/fan.ts";
import { mayChange } from "../../state/session.ts";
import { words } from "../../words/index.ts";
import { DrainButton } from "../workers/drain.tsx";

/** What `failures` answers. */
export interface Failures {
  readonly total: number;
  readonly groups: readonly FailureGroup[];
  readonly byWorker: readonly WorkerTally[];
}

export interface FailureGroup {
  readonly error: string;
  readonly cause?: string;
  readonly count: number;
  readonly workers?: readonly (readonly [name: string, failed: number])[];
  readonly indexes?: readonly number[];
  readonly runs?: readonly Run[];
  readonly logTail?: string;
}

export interface WorkerTally {
  readonly worker: string;
  readonly succeeded: number;
  readonly failed: number;
}

/** The machine with most of the failures, if there is one. */
export function sickMachine(failures: Failures | undefined): string | undefined {
  const worst = failures?.byWorker.toSorted((a, b) => b.failed - a.failed)[0];
  return worst && failures && worst.failed * 2 > failures.total ? worst.worker : undefined;
}

export interface FailuresListProps {
  readonly base: string;
  readonly path: string;
  readonly isRunning: boolean;
  /** What is done about all of them. */
  readonly act?: ComponentChildren;
  /** What is done about one group. */
  readonly actOf?: (group: FailureGroup) => ComponentChildren;
  readonly onShowItems: () => void;
}

const POLL_MS = 5000;

/** Failures by error, the most frequent first, and who did how much. */
export function FailuresList({ base, path, isRunning, act, actOf, onShowItems }: FailuresListProps) {
  const { panel } = words();
  const url = `${base}/failures?step=${encodeURIComponent(path)}`;
  const answer = useResource<Failures>(url, { everyMs: isRunning ? POLL_MS : undefined });
  return (
    <Loaded resource={answer}>
      {({ groups, byWorker, ...more }) => (
        <>
          {groups.length === 0 && <p class="panel-part quiet">{panel.noFailures}</p>}
          {groups.map((group) => (
            <Group
              key={`${group.error} ${group.cause ?? ""}`}
              group={group}
              act={actOf?.(group)}
              onShowItems={onShowItems}
            />
          ))}
          {groups.length > 0 && act}
          {byWorker.length > 0 && (
            <Machines workers={byWorker} sick={sickMachine({ ...more, groups, byWorker })} />
          )}
        </>
      )}
    </Loaded>
  );
}

interface GroupProps {
  readonly group: FailureGroup;
  readonly act: ComponentChildren;
  readonly onShowItems: () => void;
}

function Group({ group, act, onShowItems }: GroupProps) {
  const { error, cause, count, workers = [], indexes = [], logTail } = group;
  const { panel, number } = words();
  return (
    <section class="panel-part failure">
      <div class="failure-head">
        <h3>
          {number(count)} × <code>{error}</code>
        </h3>
        {workers.slice(0, 3).map(([name]) => (
          <span key={name} class="worker-chip soft-bad tone-bad cut" title={name}>
            {name}
          </span>
        ))}
      </div>
      {cause !== undefined && cause !== "" && <p class="quiet-ink">{cause}</p>}
      {logTail !== undefined && (
        <pre class="code log-tail" tabIndex={0}>
          {logTail}
        </pre>
      )}
      {indexes.length > 0 && (
        <div class="failure-acts">
          <Button icon="foreach" isSmall onPress={onShowItems}>
            {panel.showItems(count)}
          </Button>
          {act}
        </div>
      )}
    </section>
  );
}

export interface MachinesProps {
  readonly workers: readonly WorkerTally[];
  /** The one with most of the failures: it can be stopped here. */
  readonly sick?: string | undefined;
}

export function Machines({ workers, sick }: MachinesProps) {
  const { panel, number } = words();
  const most = Math.max(...workers.map(({ succeeded, failed }) => succeeded + failed));
  return (
    <section class="panel-part">
      <table class="machines">
        <thead>
          <tr>
            <th scope="col">
              <h3>{panel.byMachine}</h3>
            </th>
            <th scope="col">
              <span class="hidden-text">{panel.done}</span>
            </th>
            <th scope="col" class="number quiet">
              {panel.done}
            </th>
            <th scope="col" class="number quiet">
              {panel.failed}
            </th>
          </tr>
        </thead>
        <tbody>
          {workers.map(({ worker, succeeded, failed }) => (
            <tr key={worker}>
              <th scope="row" class={`cut ${failed * 2 > succeeded ? "tone-bad" : "plain"}`} title={worker}>
                {worker}
              </th>
              <td class="machine-bar">
                <span style={{ width: `${((succeeded + failed) / most) * 100}%` }}>
                  <ItemsBar counts={{ succeeded, failed }} total={succeeded + failed} />
                </span>
              </td>
              <td class="number">{number(succeeded)}</td>
              <td class={`number ${failed > 0 ? "tone-bad strong" : "quiet"}`}>
                {failed > 0 ? number(failed) : "·"}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {sick !== undefined && mayChange() && <DrainButton worker={sick} />}
    </section>
  );
}
