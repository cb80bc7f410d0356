import { useState } from "preact/hooks";
import { address } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { HistoryEvent, Page, StepView, ValueReference } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { StateShape } from "../../components/state-mark.tsx";
import { Time } from "../../components/times.tsx";
import { Tree } from "../../components/tree.tsx";
import { changedKeys } from "../../model/changed-keys.ts";
import { words } from "../../words/index.ts";

/** What a step took and gave, and who did the work. */
export function StepData({ base, step }: { readonly base: string; readonly step: StepView }) {
  return (
    <div class="step-data">
      {step.error !== undefined && (
        <p>
          <code class="tone-bad">{step.error}</code> {step.cause}
        </p>
      )}
      <StepFacts step={step} />
      {step.evaluated && <Conditions evaluated={step.evaluated} />}
      <Mappings base={base} step={step} />
      {step.log !== undefined && <StepLog base={base} path={step.path} />}
    </div>
  );
}

/** What the list had, what the step got of it, what it gave, and what the list has now: with what each changed. */
function Mappings({ base, step }: { readonly base: string; readonly step: StepView }) {
  const { panel } = words();
  const entered = useResource<Page<HistoryEvent>>(
    address(`${base}/history`, { step: step.path, type: "StepEntered", limit: 1 }),
  );
  const { input: before, inputValue } = entered.data?.items[0]?.detail ?? {};
  const large = isReference(inputValue) ? inputValue : undefined;
  const common = { base };
  return (
    <div class="mappings">
      <ValueBox {...common} title={panel.before} hint={panel.beforeHint} value={before} large={large} />
      <ValueBox
        {...common}
        title={panel.input}
        hint={panel.inputHint}
        value={step.input}
        large={step.inputValue}
        before={before}
      />
      <ValueBox
        {...common}
        title={panel.result}
        hint={panel.resultHint}
        value={step.local}
        large={step.localValue}
      />
      <ValueBox
        {...common}
        title={panel.output}
        hint={panel.outputHint}
        value={step.output}
        large={step.outputValue}
        before={before}
      />
    </div>
  );
}

function isReference(value: unknown): value is ValueReference {
  return typeof value === "object" && value !== null && "ref" in value && "preview" in value;
}

/** Why a choice went the way it did. */
function Conditions({ evaluated }: { readonly evaluated: NonNullable<StepView["evaluated"]> }) {
  const { panel } = words();
  return (
    <ul class="conditions" aria-label={panel.conditions}>
      {evaluated.map(({ condition, holds, problem, saw }, at) => (
        // oxlint-disable-next-line react/no-array-index-key -- conditions have no names, and stay where they are
        <li key={at} class={holds ? "is-taken" : ""}>
          <StateShape state={holds ? "succeeded" : "skipped"} />
          <span>
            <code>{condition ?? panel.otherwise}</code> <b>{holds ? panel.holds : panel.holdsNot}</b>
            {saw.map(([path, text]) => (
              <span key={path} class="saw">
                <code>{path}</code> = <code>{text}</code>
              </span>
            ))}
            {problem !== undefined && <span class="tone-warn">{problem}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}

function StepFacts({ step }: { readonly step: StepView }) {
  const { panel } = words();
  const { attempts, worker, deliveries = 1, losses = 0, takenAt, progress } = step;
  const facts = [
    worker !== undefined && ([panel.worker, <b key="worker">{worker}</b>] as const),
    attempts !== undefined && attempts > 1 && ([panel.attempt, String(attempts)] as const),
    takenAt !== undefined && ([panel.ran, <Time key="taken" at={takenAt} />] as const),
    deliveries > 1 && ([panel.attempts, panel.deliveries(deliveries)] as const),
    losses > 0 && ([panel.worker, panel.losses(losses)] as const),
    progress !== undefined && ([panel.progress, <Tree key="progress" value={progress} />] as const),
  ].filter((fact) => fact !== false);
  if (facts.length === 0) return null;
  return (
    <dl class="facts">
      {facts.map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
    </dl>
  );
}

export interface ValueBoxProps {
  readonly base: string;
  readonly title: string;
  readonly hint?: string;
  readonly value: unknown;
  /** In its place, where it is too large to come along. */
  readonly large?: ValueReference | undefined;
  /** What it was before: keys that changed are marked. */
  readonly before?: unknown;
}

const KIB = 1024;

export function ValueBox({ base, title, hint, value, large, before }: ValueBoxProps) {
  const { panel, number } = words();
  const [isWhole, setWhole] = useState(false);
  if (value === undefined && large === undefined) return null;
  return (
    <section class="value">
      <h3>
        {title} {hint !== undefined && <span class="quiet small">{hint}</span>}
      </h3>
      {large === undefined ? (
        <div class="value-box" tabIndex={0} role="region" aria-label={title}>
          <Tree value={value} marks={changedKeys(before, value)} />
        </div>
      ) : (
        <>
          <p class="quiet small">{panel.large(`${number(Math.ceil(large.bytes / KIB))} KiB`)}</p>
          {isWhole ? (
            <WholeValue base={base} reference={large} title={title} />
          ) : (
            <>
              <pre class="code wrap" tabIndex={0}>
                {large.preview}…
              </pre>
              <Button isSmall onPress={() => setWhole(true)}>
                {panel.loadAll}
              </Button>
            </>
          )}
        </>
      )}
    </section>
  );
}

function WholeValue({
  base,
  reference,
  title,
}: {
  readonly base: string;
  readonly reference: ValueReference;
  readonly title: string;
}) {
  const value = useResource<unknown>(address(`${base}/value`, { ref: reference.ref }));
  return (
    <Loaded resource={value}>
      {(data) => (
        <div class="value-box" tabIndex={0} role="region" aria-label={title}>
          <Tree value={data} />
        </div>
      )}
    </Loaded>
  );
}

function StepLog({ base, path }: { readonly base: string; readonly path: string }) {
  const { panel } = words();
  const log = useResource<string>(address(`${base}/log`, { step: path }));
  return (
    <section class="value">
      <h3>{panel.log}</h3>
      <Loaded resource={log}>
        {(text) => (
          <pre class="code log-tail" tabIndex={0}>
            {text === "" ? panel.noLog : text}
          </pre>
        )}
      </Loaded>
    </section>
  );
}
