import { useLocation } from "preact-iso";
import { Button } from "../../components/button.tsx";
import { CountMarks } from "../../components/counts.tsx";
import { iconOfType } from "../../components/graph/node.tsx";
import { HeatMap } from "../../components/heat-map.tsx";
import { Icon } from "../../components/icon.tsx";
import { StateShape } from "../../components/state-mark.tsx";
import { Duration, Elapsed } from "../../components/times.tsx";
import { addresses } from "../../frame/addresses.ts";
import { type StepLook, lookOf } from "../../model/looks.ts";
import type { GraphStep } from "../../api/types.ts";
import { stateOfStatus, toneOf } from "../../model/states.ts";
import { mayChange } from "../../state/session.ts";
import { words } from "../../words/index.ts";
import { DrainButton } from "../workers/drain.tsx";
import { Cause, HeldBand, sentence, useFailures } from "./band.tsx";
import { AnswerButtons } from "./answer.tsx";
import { FanChanges, fanAt } from "./fan-changes.tsx";
import type { ExecutionView } from "./context.ts";
import { Machines, sickMachine } from "./failures.tsx";
import { WaitSentence } from "./waits.tsx";

const HEAT_WIDTH = 334;

/** The same for one hand: the error, the items, the machines, and the steps as a list. */
export function Phone({ view, onGraph }: { readonly view: ExecutionView; readonly onGraph: () => void }) {
  const { execution: texts } = words();
  const { route } = useLocation();
  const { snapshot, trouble, steps } = view;
  const { head } = snapshot;
  const state = stateOfStatus(head.status);
  const look = trouble === undefined ? undefined : lookOf(trouble, snapshot);
  const failures = useFailures(view, true);
  const machine = sickMachine(failures);
  const openItem = (index: number) => {
    const visited = look?.visit?.[0];
    if (visited !== undefined) route(addresses.item(view.flow, view.name, visited, index));
  };
  const fan = trouble === undefined ? undefined : fanAt(view, trouble);
  const isWell = state === "succeeded" || state === "running";
  return (
    <div class="page-body">
      {head.held !== undefined && <HeldBand flow={view.flow} held={head.held} />}
      {!isWell && (
        <section class={`card phone-error soft-${toneOf(state)}`}>
          <h2>{sentence(view)}</h2>
          <p>
            <Cause view={view} failures={failures} />
          </p>
          {machine !== undefined && mayChange() && <DrainButton worker={machine} />}
        </section>
      )}
      <Waits view={view} />
      {look?.states !== undefined && look.states !== "" && <Items look={look} onItem={openItem} />}
      {fan && (
        <section class="card" aria-label={fan.path}>
          <FanChanges {...fan} hasRetry />
        </section>
      )}
      {failures && failures.byWorker.length > 0 && (
        <section class="card">
          <Machines workers={failures.byWorker} sick={isWell ? machine : undefined} />
        </section>
      )}
      <section class="card phone-steps" aria-label={texts.steps}>
        <div class="card-head">
          <h2 class="grow">{texts.steps}</h2>
          <Button icon="flows" isSmall onPress={onGraph}>
            {texts.openGraph}
          </Button>
        </div>
        <ul>
          {[...steps].map(([path, step]) => (
            <StepRow key={path} path={path} step={step} look={lookOf(path, snapshot)} />
          ))}
        </ul>
      </section>
    </div>
  );
}

const WAITS_SHOWN = 3;

function Waits({ view }: { readonly view: ExecutionView }) {
  const waits = (view.snapshot.head.waitingFor ?? []).filter(({ waitsFor }) => waitsFor !== "slot");
  if (waits.length === 0) return null;
  return (
    <section class="card" aria-label={words().answers.title}>
      <div class="card-body waits">
        {waits.slice(0, WAITS_SHOWN).map((one) => (
          <div key={one.path} class="wait">
            <span>
              <b>{one.path}</b> <WaitSentence waiting={one} />
            </span>
            <AnswerButtons place={view} waiting={one} />
          </div>
        ))}
      </div>
    </section>
  );
}

function Items({ look, onItem }: { readonly look: StepLook; readonly onItem: (index: number) => void }) {
  const { panel } = words();
  return (
    <section class="card" aria-label={panel.items}>
      <div class="card-head">
        <h2 class="grow">{panel.items}</h2>
        {look.counts && <CountMarks counts={look.counts} />}
      </div>
      <div class="card-body">
        <HeatMap states={look.states ?? ""} width={HEAT_WIDTH} onChoose={onItem} />
      </div>
    </section>
  );
}

function StepRow({
  path,
  step,
  look,
}: {
  readonly path: string;
  readonly step: GraphStep;
  readonly look: StepLook;
}) {
  const { stepType, state } = words();
  const depth = path.split("/").length - 1;
  const [, , , enteredAt = 0, endedAt = 0] = look.visit ?? [];
  return (
    <li class="phone-step" style={{ paddingLeft: `${16 + depth * 20}px` }}>
      <StateShape state={look.state} size={20} />
      <span class="two cut">
        <b class="cut">{step.name}</b>
        <span class="quiet small">
          <Icon name={iconOfType(step.type)} size={12} /> {stepType[step.type]}
          <span class="hidden-text">, {state[look.state]}</span>
        </span>
      </span>
      <span class="quiet nowrap">
        {look.counts ? (
          <CountMarks counts={look.counts} hasPending={false} />
        ) : (
          look.visit && (endedAt === 0 ? <Elapsed from={enteredAt} /> : <Duration ms={endedAt - enteredAt} />)
        )}
      </span>
    </li>
  );
}
