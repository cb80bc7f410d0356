import { useState } from "preact/hooks";
import { address, pathOf, write } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { ExecutionSummary, HistoryEvent, Page, WaitingFor } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { CopyAs } from "../../components/copy-as.tsx";
import { curlOf, quoted } from "../../components/copy.ts";
import { Confirm } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { JsonField } from "../../components/json-field.tsx";
import { tell } from "../../components/toasts.tsx";
import { readObject } from "../../model/json-text.ts";
import { mayChange } from "../../state/session.ts";
import { words } from "../../words/index.ts";

/** What the page of an execution knows of it. */
export interface AnswerPlace {
  readonly flow: string;
  readonly name: string;
  /** Its address in the API. */
  readonly base: string;
}

export type Way = "succeed" | "fail";

const ANSWERABLE: ReadonlySet<WaitingFor["waitsFor"]> = new Set([
  "queue",
  "delay",
  "worker",
  "report",
  "nobody",
]);

/** Ends a task that waits for a report, in place of whoever has it. */
export function AnswerButtons({
  place,
  waiting,
}: {
  readonly place: AnswerPlace;
  readonly waiting: WaitingFor;
}) {
  const [way, choose] = useState<Way | undefined>(undefined);
  if (!mayChange() || !ANSWERABLE.has(waiting.waitsFor)) return null;
  return (
    <>
      <Ways onChoose={choose} />
      {way && <AnswerDialog place={place} waiting={waiting} way={way} onClose={() => choose(undefined)} />}
    </>
  );
}

/** The two ways to end it. */
export function Ways({ onChoose }: { readonly onChoose: (way: Way) => void }) {
  const { answers: texts } = words();
  return (
    <span class="answer-buttons">
      <Button icon="succeeded" isSmall onPress={() => onChoose("succeed")}>
        {texts.succeed}
      </Button>
      <Button icon="failed" isSmall onPress={() => onChoose("fail")}>
        {texts.fail}
      </Button>
    </span>
  );
}

const INDENT = 2;

/** What the step gave in the newest execution that succeeded: what is to be answered mostly looks alike. */
function useLastOutput(flow: string, step: string, isWanted: boolean) {
  const executions = pathOf("flows", flow, "executions");
  const good = useResource<Page<ExecutionSummary>>(
    isWanted ? address(executions, { status: "Succeeded", limit: 1 }) : undefined,
  );
  const of = good.data?.items[0]?.name;
  const events = useResource<Page<HistoryEvent>>(
    of === undefined
      ? undefined
      : address(`${pathOf("flows", flow, "executions", of)}/history`, {
          step,
          type: "TaskSucceeded",
          limit: 1,
        }),
  );
  const output = events.data?.items[0]?.detail?.output;
  return of === undefined || output === undefined
    ? undefined
    : { of, text: JSON.stringify(output, null, INDENT) };
}

interface AnswerDialogProps {
  readonly place: AnswerPlace;
  readonly waiting: WaitingFor;
  readonly way: Way;
  /** For who is not told of it otherwise. */
  readonly onAnswered?: () => void;
  readonly onClose: () => void;
}

export function AnswerDialog({
  place: { flow, name, base },
  waiting,
  way,
  onAnswered,
  onClose,
}: AnswerDialogProps) {
  const { answers: texts, flows } = words();
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const [error, setError] = useState("");
  const [cause, setCause] = useState("");
  const { path, attempt = 1, worker } = waiting;
  const isSuccess = way === "succeed";
  const last = useLastOutput(flow, path, isSuccess);
  const output = typed ?? last?.text ?? "{}";
  const read = readObject(output);
  const wrong = "wrong" in read ? read.wrong : undefined;
  const isWhole = isSuccess ? wrong === undefined : error !== "";
  const given = "value" in read ? read.value : {};
  const body = { path, attempt, ...(isSuccess ? { output: given } : { error, cause }) };
  async function act(): Promise<void> {
    await write("POST", `${base}/answer`, body);
    tell(isSuccess ? texts.succeeded(path) : texts.failed(path));
    onAnswered?.();
  }
  const options = isSuccess
    ? `--output ${quoted(JSON.stringify(given))}`
    : `--error ${quoted(error)} --cause ${quoted(cause)}`;
  const held = worker === undefined ? "" : ` ${texts.held(worker)}`;
  return (
    <Confirm
      title={isSuccess ? texts.succeedTitle(path) : texts.failTitle(path)}
      says={(isSuccess ? texts.succeedBody : texts.failBody) + held}
      verb={isSuccess ? texts.succeed : texts.fail}
      isDanger={!isSuccess}
      isDisabled={!isWhole}
      act={act}
      onClose={onClose}
    >
      {isSuccess ? (
        <>
          <JsonField
            key={last?.of}
            label={texts.output}
            text={output}
            onChange={setTyped}
            wrong={wrong === undefined ? undefined : `${flows.notJson} ${wrong}`}
          />
          <p class="quiet small">{last ? texts.outputOf(last.of) : texts.outputHint}</p>
        </>
      ) : (
        <>
          <Field label={texts.error} value={error} onInput={setError} hint={texts.errorHint} />
          <Field label={texts.cause} value={cause} onInput={setCause} />
        </>
      )}
      <CopyAs
        curl={curlOf("POST", `${base}/answer`, body)}
        cli={`npx millrace answer ${quoted(flow)} ${quoted(name)} ${quoted(path)} --attempt ${attempt} ${options}`}
      />
    </Confirm>
  );
}
