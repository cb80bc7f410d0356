import { useState } from "preact/hooks";
import { write } from "../../api/client.ts";
import type { GraphStep } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { CopyAs } from "../../components/copy-as.tsx";
import { curlOf, quoted } from "../../components/copy.ts";
import { Confirm } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { SegmentField } from "../../components/segment.tsx";
import { Time } from "../../components/times.tsx";
import { tell } from "../../components/toasts.tsx";
import {
  type Limits,
  type Run,
  type Tolerance,
  readTolerance,
  writeRuns,
  writeTolerance,
} from "../../model/fan.ts";
import type { Counts } from "../../model/heat.ts";
import { type StepLook, lookOf } from "../../model/looks.ts";
import { starterOf } from "../../model/started-by.ts";
import { mayChange } from "../../state/session.ts";
import { words } from "../../words/index.ts";
import type { ExecutionView } from "./context.ts";
import "../../styles/fan.css";

/** A foreach that runs. */
interface Fan {
  readonly view: ExecutionView;
  /** Its path with rounds. */
  readonly path: string;
  readonly counts: Counts;
  readonly limits?: Limits | undefined;
  /** As its definition says. */
  readonly step: GraphStep;
}

interface DialogProps extends Fan {
  readonly onClose: () => void;
}

const MOST = 10_000;
const ITEMS_MOST = 100_000;

type Asked = "concurrency" | "tolerance" | "stop" | "retry";

/** The foreach that a step is, if it runs and can be changed. */
export function fanOf(view: ExecutionView, step: GraphStep, look: StepLook): Fan | undefined {
  const { visit, counts, limits, state } = look;
  if (!visit || !counts || step.type !== "foreach" || state !== "running") return undefined;
  return { view, path: visit[0], counts, limits, step };
}

/** The same by its place in the definition. */
export function fanAt(view: ExecutionView, path: string): Fan | undefined {
  const step = view.steps.get(path);
  return step && fanOf(view, step, lookOf(path, view.snapshot));
}

/** What can be changed of a foreach while it runs, and what was. */
export function FanChanges(fan: Fan & { readonly hasRetry?: boolean }) {
  const [asked, ask] = useState<Asked | undefined>(undefined);
  const { fan: texts } = words();
  const { counts, limits, hasRetry } = fan;
  const props = { ...fan, onClose: () => ask(undefined) };
  const { failed = 0, running = 0, pending = 0, retrying = 0 } = counts;
  return (
    <div class="panel-part fan-changes">
      {limits && <LimitsNote limits={limits} />}
      {mayChange() && (
        <div class="fan-acts">
          {hasRetry === true && failed > 0 && (
            <Button icon="retrying" isSmall onPress={() => ask("retry")}>
              {texts.retry.all(failed)}
            </Button>
          )}
          <Button icon="edit" isSmall onPress={() => ask("concurrency")}>
            {texts.concurrency.act}
          </Button>
          <Button icon="edit" isSmall onPress={() => ask("tolerance")}>
            {texts.tolerance.act}
          </Button>
          {running + pending + retrying > 0 && (
            <Button icon="skipped" isSmall onPress={() => ask("stop")}>
              {texts.stop.act}
            </Button>
          )}
        </div>
      )}
      {asked === "concurrency" && <ConcurrencyDialog {...props} />}
      {asked === "tolerance" && <ToleranceDialog {...props} />}
      {asked === "stop" && <StopDialog {...props} />}
      {asked === "retry" && <RetryDialog {...props} count={failed} retry="failed" />}
    </div>
  );
}

/** "At most 20 at once, changed by li.wei". */
function LimitsNote({ limits }: { readonly limits: Limits }) {
  const { concurrency, tolerance, by, at } = limits;
  const { fan: texts } = words();
  const said = [
    concurrency === undefined ? "" : texts.limits.atOnce(concurrency),
    tolerance === undefined ? "" : texts.limits.mayFail(toleranceWords(tolerance)),
  ];
  return (
    <p class="quiet-ink fan-limits">
      {said.filter((one) => one !== "").join(", ")}
      {by !== undefined && `, ${texts.limits.by(starterOf(by).name)}`} {texts.limits.at} <Time at={at} />
    </p>
  );
}

function toleranceWords({ count, percentage }: Tolerance): string {
  const { fan: texts, number } = words();
  if (percentage === undefined) return number(count ?? 0);
  const share = texts.share(percentage);
  return count === undefined ? share : texts.both(number(count), share);
}

type Change = Readonly<Record<string, unknown>>;

/** The call, and the same on the command line. */
function callOf({ view, path }: Pick<Fan, "view" | "path">, change: Change, options: string) {
  const url = `${view.base}/items`;
  const body = { step: path, ...change };
  const names = [view.flow, view.name, path].map(quoted).join(" ");
  return {
    send: () => write("POST", url, body),
    copy: <CopyAs curl={curlOf("POST", url, body)} cli={`npx millrace items ${names} ${options}`} />,
  };
}

interface LimitDialogProps extends Pick<DialogProps, "view" | "path" | "onClose"> {
  readonly title: string;
  readonly says: string;
  readonly field: string;
  readonly hint?: string;
  /** What stands there first. */
  readonly typed: string;
  /** What a text asks for, and as the command line has it; undefined of a text that is none. */
  readonly read: (typed: string) => { readonly change: Change; readonly options: string } | undefined;
  /** Of a text that is none. */
  readonly wrong: string;
  readonly done: (typed: string) => string;
}

/** Changes one limit of a foreach that runs. */
function LimitDialog({ view, path, onClose, ...said }: LimitDialogProps) {
  const [typed, setTyped] = useState(said.typed);
  const asked = said.read(typed);
  const { send, copy } = callOf({ view, path }, asked?.change ?? {}, asked?.options ?? "");
  async function act(): Promise<void> {
    await send();
    tell(said.done(typed.trim()));
  }
  return (
    <Confirm
      title={said.title}
      says={said.says}
      verb={words().fan.verb}
      isDisabled={!asked}
      act={act}
      onClose={onClose}
    >
      <Field
        label={said.field}
        value={typed}
        onInput={setTyped}
        hint={said.hint}
        wrong={asked ? undefined : said.wrong}
      />
      {copy}
    </Confirm>
  );
}

function askConcurrency(typed: string) {
  const concurrency = Number(typed);
  const isRight = /^\d+$/.test(typed) && concurrency >= 1 && concurrency <= MOST;
  return isRight ? { change: { concurrency }, options: `--concurrency ${concurrency}` } : undefined;
}

function askTolerance(typed: string) {
  const tolerance = readTolerance(typed, ITEMS_MOST);
  const options = `--tolerance ${quoted(typed.trim())}`;
  return tolerance === undefined ? undefined : { change: { tolerance }, options };
}

function ConcurrencyDialog({ path, limits, step, ...rest }: DialogProps) {
  const { fan, number } = words();
  const { title, says, field, wrong, done } = fan.concurrency;
  const usual = step.concurrency ?? 1;
  return (
    <LimitDialog
      {...rest}
      path={path}
      title={title(path)}
      says={`${says} ${fan.usually(number(usual))}`}
      field={field}
      typed={String(limits?.concurrency ?? usual)}
      read={askConcurrency}
      wrong={wrong(MOST)}
      done={(typed) => done(path, Number(typed))}
    />
  );
}

function ToleranceDialog({ path, limits, step, counts, ...rest }: DialogProps) {
  const { fan } = words();
  const { title, says, field, hint, wrong, done } = fan.tolerance;
  const usual = step.tolerance ?? { count: 0 };
  return (
    <LimitDialog
      {...rest}
      path={path}
      title={title(path)}
      says={`${says(counts.failed ?? 0)} ${fan.usually(toleranceWords(usual))}`}
      field={field}
      hint={hint}
      typed={writeTolerance(limits?.tolerance ?? usual)}
      read={askTolerance}
      wrong={wrong}
      done={(typed) => done(path, typed)}
    />
  );
}

function StopDialog({ onClose, ...fan }: DialogProps) {
  const { path, counts } = fan;
  const { fan: texts } = words();
  const { pending = 0, running: now = 0, retrying = 0 } = counts;
  const running = now + retrying;
  const [which, choose] = useState<"notStarted" | "all">(pending === 0 ? "all" : "notStarted");
  const [reason, setReason] = useState("");
  const options = `--stop ${which}${reason === "" ? "" : ` --reason ${quoted(reason)}`}`;
  const { send, copy } = callOf(fan, { stop: which, ...(reason !== "" && { reason }) }, options);
  async function act(): Promise<void> {
    await send();
    tell(texts.stop.done(path));
  }
  const says = which === "all" ? texts.stop.saysAll(pending, running) : texts.stop.says(pending);
  return (
    <Confirm
      title={texts.stop.title(path)}
      says={says}
      verb={texts.stop.verb(which === "all" ? pending + running : pending)}
      act={act}
      onClose={onClose}
    >
      {pending > 0 && running > 0 && (
        <SegmentField
          label={texts.stop.which}
          choices={[
            { id: "notStarted", title: texts.stop.notStarted(pending) },
            { id: "all", title: texts.stop.all(running) },
          ]}
          chosen={which}
          onChoose={choose}
        />
      )}
      <Field label={texts.stop.reason} value={reason} onInput={setReason} />
      {copy}
    </Confirm>
  );
}

interface RetryProps extends Pick<Fan, "view" | "path"> {
  readonly count: number;
  readonly retry: "failed" | readonly Run[];
}

function RetryDialog({ onClose, count, retry, ...fan }: RetryProps & { readonly onClose: () => void }) {
  const { fan: texts } = words();
  const options = `--retry ${typeof retry === "string" ? retry : writeRuns(retry)}`;
  const { send, copy } = callOf(fan, { retry }, options);
  async function act(): Promise<void> {
    await send();
    tell(texts.retry.done(count));
  }
  return (
    <Confirm
      title={texts.retry.title(count, fan.path)}
      says={texts.retry.says}
      verb={texts.retry.verb(count)}
      act={act}
      onClose={onClose}
    >
      {copy}
    </Confirm>
  );
}

/** Tries the items of one group of failures again, while their foreach runs. */
export function RetryItems({ runs, ...fan }: Pick<Fan, "view" | "path"> & { readonly runs: readonly Run[] }) {
  const [isAsked, ask] = useState(false);
  const count = runs.reduce((sum, [, length]) => sum + length, 0);
  if (!mayChange() || count === 0) return null;
  return (
    <>
      <Button icon="retrying" isSmall onPress={() => ask(true)}>
        {words().fan.retry.act(count)}
      </Button>
      {isAsked && <RetryDialog {...fan} count={count} retry={runs} onClose={() => ask(false)} />}
    </>
  );
}
