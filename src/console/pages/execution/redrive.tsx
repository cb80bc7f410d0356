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
import { mayChange } from "../../state/session.ts";
import { words } from "../../words/index.ts";
import "../../styles/redrive.css";

export interface RedriveTarget {
  readonly flow: string;
  readonly name: string;
  /** It goes on. */
  readonly onGoesOn: () => void;
  /** Where no page of the execution is open. */
  readonly hasLink?: boolean;
}

interface RedriveButtonProps extends RedriveTarget, Pick<ButtonProps, "kind" | "isSmall"> {
  /** Absent: the usual word. */
  readonly title?: string;
}

/** Lets an execution go on that ended otherwise than well, once it was said what that does. */
export function RedriveButton({ title, kind, isSmall, ...target }: RedriveButtonProps) {
  const [isAsked, ask] = useState(false);
  if (!mayChange()) return null;
  return (
    <>
      <Button icon="retrying" {...(kind && { kind })} isSmall={isSmall === true} onPress={() => ask(true)}>
        {title ?? words().redrive.retry}
      </Button>
      {isAsked && <RedriveDialog {...target} onClose={() => ask(false)} />}
    </>
  );
}

interface DialogProps extends RedriveTarget {
  readonly onClose: () => void;
}

/** First the plan, or why there is none: another execution in the way is no reason if somebody says so. */
function RedriveDialog(target: DialogProps) {
  const { redrive: texts, common } = words();
  const { flow, name, onClose } = target;
  const [force, setForce] = useState(false);
  const { plan, error } = usePlan(flow, name, force);
  if (plan) return <PlanDialog {...target} plan={plan} force={force} />;
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

interface Planned {
  readonly plan?: RedrivePlan;
  readonly error?: unknown;
}

function usePlan(flow: string, name: string, force: boolean): Planned {
  const [planned, setPlanned] = useState<Planned>({});
  useEffect(() => {
    let isMeant = true;
    const tellOf = (known: Planned) => isMeant && setPlanned(known);
    tellOf({});
    const body = { dryRun: true, ...(force && { force }) };
    write<RedrivePlan>("POST", addressOf(flow, name), body).then(
      (plan) => tellOf({ plan }),
      (error: unknown) => tellOf({ error }),
    );
    return () => {
      isMeant = false;
    };
  }, [flow, name, force]);
  return planned;
}

function addressOf(flow: string, name: string): string {
  return pathOf("flows", flow, "executions", name, "redrive");
}

interface PlanDialogProps extends DialogProps {
  readonly plan: RedrivePlan;
  readonly force: boolean;
}

function PlanDialog({ flow, name, plan, force, hasLink, onGoesOn, onClose }: PlanDialogProps) {
  const { redrive: texts, flows } = words();
  const [reason, setReason] = useState("");
  const [children, setChildren] = useState<ChildrenChoice>("redrive");
  const path = addressOf(flow, name);
  const body = {
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
      says={texts.says}
      verb={verbOf(plan, words())}
      act={act}
      onClose={onClose}
    >
      <Plan plan={plan} />
      {plan.children.length > 0 && (
        <Children children={plan.children} chosen={children} onChoose={setChildren} />
      )}
      <Field label={texts.reason} value={reason} onInput={setReason} hint={texts.reasonHint} />
      <CopyAs curl={curlOf("POST", path, body)} cli={cliOf(flow, name, body)} />
    </Confirm>
  );
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

interface Said {
  readonly children?: string;
  readonly reason?: string;
  readonly force?: boolean;
}

function cliOf(flow: string, name: string, { children, reason, force }: Said): string {
  const options = [
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
