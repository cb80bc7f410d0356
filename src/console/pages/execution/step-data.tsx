import { useState } from "preact/hooks";
import { address } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { StepView, ValueReference } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { Time } from "../../components/times.tsx";
import { Tree } from "../../components/tree.tsx";
import { words } from "../../words/index.ts";

/** What a step took and gave, and who did the work. */
export function StepData({ base, step }: { readonly base: string; readonly step: StepView }) {
  const { panel } = words();
  return (
    <div class="step-data">
      {step.error !== undefined && (
        <p>
          <code class="tone-bad">{step.error}</code> {step.cause}
        </p>
      )}
      <StepFacts step={step} />
      <ValueBox
        base={base}
        title={panel.input}
        hint={panel.inputHint}
        value={step.input}
        large={step.inputValue}
      />
      <ValueBox
        base={base}
        title={panel.result}
        hint={panel.resultHint}
        value={step.local}
        large={step.localValue}
      />
      <ValueBox
        base={base}
        title={panel.output}
        hint={panel.outputHint}
        value={step.output}
        large={step.outputValue}
      />
      {step.log !== undefined && <StepLog base={base} path={step.path} />}
    </div>
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
}

const KIB = 1024;

export function ValueBox({ base, title, hint, value, large }: ValueBoxProps) {
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
          <Tree value={value} />
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
