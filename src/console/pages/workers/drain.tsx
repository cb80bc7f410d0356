import { useState } from "preact/hooks";
import { pathOf, write } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { Page, Worker } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { CopyAs } from "../../components/copy-as.tsx";
import { curlOf, quoted } from "../../components/copy.ts";
import { Confirm } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { tell } from "../../components/toasts.tsx";
import { words } from "../../words/index.ts";

export interface DrainDialogProps {
  readonly worker: string;
  readonly queues: readonly string[];
  readonly onClose: () => void;
  readonly onChanged?: () => void;
}

/** A machine is to take no more, of one queue or of all at which it works. */
export function DrainDialog({ worker, queues, onClose, onChanged }: DrainDialogProps) {
  const { workers: texts } = words();
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const isOver = until !== "" && Date.parse(until) <= Date.now();
  const body = {
    ...(until !== "" && { until: new Date(until).toISOString() }),
    ...(reason !== "" && { reason }),
  };
  const paths = queues.map((queue) => `${pathOf("queues", queue, "workers", worker)}/drain`);
  async function act(): Promise<void> {
    for (const path of paths) await write("POST", path, body);
    tell(texts.drained(worker));
    onChanged?.();
  }
  const options = [
    ...(until === "" ? [] : ["--until", quoted(new Date(until).toISOString())]),
    ...(reason === "" ? [] : ["--reason", quoted(reason)]),
  ];
  const cli = queues.map((queue) =>
    ["npx millrace workers drain", quoted(queue), quoted(worker), ...options].join(" "),
  );
  return (
    <Confirm
      title={texts.drainTitle(worker)}
      says={texts.drainBody(worker, queues)}
      verb={texts.drain}
      isDisabled={isOver}
      act={act}
      onClose={onClose}
    >
      <Field label={texts.reason} value={reason} onInput={setReason} hint={texts.reasonHint} />
      <Field
        label={texts.untilField}
        value={until}
        onInput={setUntil}
        isTime
        hint={texts.untilHint}
        wrong={isOver ? texts.overAlready : undefined}
      />
      <CopyAs curl={paths.map((path) => curlOf("POST", path, body)).join("\n")} cli={cli.join("\n")} />
    </Confirm>
  );
}

export function ResumeDialog({
  worker,
  queue,
  onClose,
  onChanged,
}: Omit<DrainDialogProps, "queues"> & { readonly queue: string }) {
  const { workers: texts } = words();
  const path = `${pathOf("queues", queue, "workers", worker)}/resume`;
  async function act(): Promise<void> {
    await write("POST", path, {});
    tell(texts.resumed(worker));
    onChanged?.();
  }
  return (
    <Confirm
      title={texts.resumeTitle(worker)}
      says={texts.resumeBody(queue)}
      verb={texts.resume}
      act={act}
      onClose={onClose}
    >
      <CopyAs
        curl={curlOf("POST", path, {})}
        cli={`npx millrace workers resume ${quoted(queue)} ${quoted(worker)}`}
      />
    </Confirm>
  );
}

/** Where an execution names a machine. */
export function DrainButton({ worker }: { readonly worker: string }) {
  const [isAsked, ask] = useState(false);
  return (
    <>
      <Button icon="drain" isSmall onPress={() => ask(true)}>
        {words().workers.drainName(worker)}
      </Button>
      {isAsked && <DrainMachine worker={worker} onClose={() => ask(false)} />}
    </>
  );
}

const ALL = `${pathOf("workers")}?limit=1000`;

/** Of a machine that an execution names: at which queues it works is asked first. */
function DrainMachine({ worker, onClose }: { readonly worker: string; readonly onClose: () => void }) {
  const all = useResource<Page<Worker>>(ALL);
  const { workers: texts, common } = words();
  if (!all.data) {
    return (
      <Confirm
        title={texts.drainTitle(worker)}
        says={common.loading}
        verb={texts.drain}
        isDisabled
        act={async () => {}}
        onClose={onClose}
      >
        {all.error !== undefined && <Loaded resource={all}>{() => null}</Loaded>}
      </Confirm>
    );
  }
  const own = all.data.items.filter(({ name }) => name === worker).map(({ queue }) => queue);
  const queues = [...new Set(own)];
  if (queues.length > 0) return <DrainDialog worker={worker} queues={queues} onClose={onClose} />;
  return (
    <Confirm
      title={texts.drainTitle(worker)}
      says={texts.unknown(worker)}
      verb={texts.drain}
      isDisabled
      act={async () => {}}
      onClose={onClose}
    />
  );
}
