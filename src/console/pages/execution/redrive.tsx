import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ProblemError, pathOf, write } from "../../api/client.ts";
import type { ExecutionHead, ExecutionSummary, RedrivePlan } from "../../api/types.ts";
import { Button, type ButtonProps } from "../../components/button.tsx";
import { CopyAs } from "../../components/copy-as.tsx";
import { curlOf, quoted } from "../../components/copy.ts";
import { Confirm, Dialog, Refused } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { Skeleton } from "../../components/loaded.tsx";
import { Segment } from "../../components/segment.tsx";
import { Time } from "../../components/times.tsx";
import { tell } from "../../components/toasts.tsx";
import { addresses } from "../../frame/addresses.ts";
import { planSays, verbOf } from "../../model/redrive-plan.ts";
import type { RedrivePlaces, RedriveWay } from "../../model/redrive-way.ts";
import { mayChange } from "../../state/session.ts";
import type { Words } from "../../words/en/index.ts";
import { words } from "../../words/index.ts";
import "../../styles/redrive.css";
import { Ways, usePlaces } from "./redrive-ways.tsx";

export interface RedriveTarget {
  readonly flow: string;
  readonly name: string;
  /** It goes on. */
  readonly onGoesOn: () => void;
  /** Where no page of the execution is open. */
  readonly hasLink?: boolean;
  /** It can only go on with items that were tolerated. */
  readonly hasSucceeded?: boolean;
}

interface RedriveButtonProps extends RedriveTarget, Pick<ButtonProps, "kind" | "isSmall"> {
  /** Absent: the usual word. */
  readonly title?: string;
  /** What must be known of it first. */
  readonly note?: string;
}

/** Lets an execution go on that ended otherwise than well, once it was said what that does. */
export function RedriveButton({ title, note, kind, isSmall, ...target }: RedriveButtonProps) {
  const [isAsked, ask] = useState(false);
  if (!mayChange()) return null;
  return (
    <>
      <Button icon="retrying" {...(kind && { kind })} isSmall={isSmall === true} onPress={() => ask(true)}>
        {title ?? words().redrive.retry}
      </Button>
      {isAsked && <RedriveDialog {...target} note={note} onClose={() => ask(false)} />}
    </>
  );
}

interface DialogProps extends RedriveTarget {
  readonly note?: string | undefined;
  readonly onClose: () => void;
}

/** First the plan, or why there is none: another execution in the way is no reason if somebody says so. */
function RedriveDialog(target: DialogProps) {
  const { redrive: texts, common } = words();
  const { flow, name, hasSucceeded = false, onClose } = target;
  const [force, setForce] = useState(false);
  const [chosen, choose] = useState<RedriveWay | undefined>(undefined);
  const places = usePlaces(flow, name);
  const way = chosen ?? firstWay(places, hasSucceeded);
  const { plan, error, isRight } = usePlan(flow, name, way && { ...way, ...(force && { force }) });
  if (plan && way)
    return (
      <PlanDialog {...target} plan={plan} way={way} error={error} isRight={isRight} force={force}>
        {places && (
          <Ways
            flow={flow}
            name={name}
            places={places}
            hasSucceeded={hasSucceeded}
            way={way}
            onChoose={choose}
          />
        )}
      </PlanDialog>
    );
  const isInTheWay = error instanceof ProblemError && error.problem.code === "OverlapRunning";
  const foot = (
    <>
      <Button onPress={onClose}>{common.cancel}</Button>
      {isInTheWay && <Button onPress={() => setForce(true)}>{texts.force}</Button>}
    </>
  );
  return (
    <Dialog title={texts.title(name)} foot={foot} onClose={onClose}>
      {error === undefined ? <Skeleton /> : <Refused error={error} />}
    </Dialog>
  );
}

/** One that succeeded goes on with its items; which these are, its steps tell. */
function firstWay(places: RedrivePlaces | undefined, hasSucceeded: boolean): RedriveWay | undefined {
  if (!hasSucceeded) return {};
  const items = places?.tolerated.at(-1);
  return places && (items === undefined ? {} : { items });
}

interface Planned {
  /** The last one that was told. */
  readonly plan?: RedrivePlan | undefined;
  readonly error?: unknown;
  /** It is of what is asked for now. */
  readonly isRight: boolean;
}

function usePlan(flow: string, name: string, body: object | undefined): Planned {
  const [planned, setPlanned] = useState<Planned>({ isRight: false });
  const asked = body && JSON.stringify({ ...body, dryRun: true });
  useEffect(() => {
    if (asked === undefined) return undefined;
    let isMeant = true;
    setPlanned(({ plan }) => ({ plan, isRight: false }));
    write<RedrivePlan>("POST", addressOf(flow, name), JSON.parse(asked)).then(
      (plan) => isMeant && setPlanned({ plan, isRight: true }),
      (error: unknown) => isMeant && setPlanned(({ plan }) => ({ plan, error, isRight: false })),
    );
    return () => {
      isMeant = false;
    };
  }, [flow, name, asked]);
  return planned;
}

function addressOf(flow: string, name: string): string {
  return pathOf("flows", flow, "executions", name, "redrive");
}

interface PlanDialogProps extends DialogProps, Omit<Planned, "plan"> {
  readonly plan: RedrivePlan;
  readonly way: RedriveWay;
  readonly force: boolean;
  /** Other ways to choose. */
  readonly children: ComponentChildren;
}

function PlanDialog(props: PlanDialogProps) {
  const { flow, name, note, plan, way, error, isRight, force, hasLink, onGoesOn, onClose } = props;
  const { redrive: texts, flows } = words();
  const [reason, setReason] = useState("");
  const [children, setChildren] = useState<ChildrenChoice>("redrive");
  const path = addressOf(flow, name);
  const body = {
    ...way,
    ...(children === "new" && { children }),
    ...(reason !== "" && { reason }),
    ...(force && { force }),
  };
  async function act(): Promise<void> {
    await write<ExecutionHead>("POST", path, body);
    const link = { title: flows.open, href: addresses.execution(flow, name) };
    tell(texts.goesOn(name), hasLink === true ? link : undefined);
    onGoesOn();
  }
  return (
    <Confirm
      title={texts.title(name)}
      says={saysOf(way, texts)}
      verb={verbOf(plan, words())}
      isDisabled={!isRight}
      act={act}
      onClose={onClose}
    >
      {note !== undefined && <p class="note soft-warn">{note}</p>}
      {props.children}
      {error === undefined ? <Plan plan={plan} /> : <Refused error={error} />}
      {plan.children.length > 0 && (
        <Children children={plan.children} chosen={children} onChoose={setChildren} />
      )}
      <Field label={texts.reason} value={reason} onInput={setReason} hint={texts.reasonHint} />
      <CopyAs curl={curlOf("POST", path, body)} cli={cliOf(flow, name, body)} />
    </Confirm>
  );
}

function saysOf({ from, items }: RedriveWay, texts: Words["redrive"]): string {
  if (from !== undefined) return texts.saysFrom(from);
  return items === undefined ? texts.says : texts.saysItems(items);
}

function Plan({ plan }: { readonly plan: RedrivePlan }) {
  const { redrive: texts } = words();
  const { again, counts, warnings } = plan;
  const areNamed = counts.tasks === 0;
  return (
    <>
      <p class="redrive-plan">{planSays(plan, words())}</p>
      {!areNamed && again.length > 0 && (
        <details class="redrive-steps" open={again.length <= STEPS_OPEN}>
          <summary>{texts.begins}</summary>
          <ul>
            {again.map((step) => (
              <li key={step}>
                <code>{step}</code>
              </li>
            ))}
          </ul>
        </details>
      )}
      {warnings.map((warning) => (
        <p key={warning} class="note soft-warn">
          {warning}
        </p>
      ))}
    </>
  );
}

/** More steps are folded away. */
const STEPS_OPEN = 3;

type ChildrenChoice = "redrive" | "new";

interface ChildrenProps {
  readonly children: RedrivePlan["children"];
  readonly chosen: ChildrenChoice;
  readonly onChoose: (chosen: ChildrenChoice) => void;
}

/** Executions that its tasks waited for, each with its page. */
function Children({ children, chosen, onChoose }: ChildrenProps) {
  const { redrive: texts } = words();
  return (
    <div class="field">
      <span class="label">{texts.children}</span>
      <ul class="redrive-children">
        {children.map(({ flow, name }) => (
          <li key={`${flow}/${name}`} class="cut">
            <a class="link" href={addresses.execution(flow, name)} title={`${flow} / ${name}`}>
              {flow} / {name}
            </a>
          </li>
        ))}
      </ul>
      <Segment
        label={texts.children}
        choices={[
          { id: "redrive", title: texts.childrenGoOn },
          { id: "new", title: texts.childrenNew },
        ]}
        chosen={chosen}
        onChoose={onChoose}
      />
    </div>
  );
}

interface Said extends RedriveWay {
  readonly children?: string;
  readonly reason?: string;
  readonly force?: boolean;
}

function cliOf(flow: string, name: string, said: Said): string {
  const { version, from, items, children, reason, force } = said;
  const options = [
    version === undefined ? "" : ` --version ${version}`,
    from === undefined ? "" : ` --from ${quoted(from)}`,
    items === undefined ? "" : ` --items ${quoted(items)}`,
    children === undefined ? "" : ` --children ${children}`,
    reason === undefined ? "" : ` --reason ${quoted(reason)}`,
    force === true ? " --force" : "",
  ];
  return `npx millrace redrive ${quoted(flow)} ${quoted(name)}${options.join("")}`;
}

/** How often it went on after an end, and when last; nothing of most. */
export function Retried({ redrives, redrivenAt }: Pick<ExecutionSummary, "redrives" | "redrivenAt">) {
  const { redrive: texts } = words();
  if (redrives === undefined || redrivenAt === undefined) return null;
  return (
    <span class="retried">
      {texts.retriedAt(redrives)}{" "}
      <b>
        <Time at={redrivenAt} />
      </b>
    </span>
  );
}
