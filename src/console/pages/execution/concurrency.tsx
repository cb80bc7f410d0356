import { useState } from "preact/hooks";
import { write } from "../../api/client.ts";
import { Button } from "../../components/button.tsx";
import { CopyAs } from "../../components/copy-as.tsx";
import { curlOf, quoted } from "../../components/copy.ts";
import { Confirm } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { tell } from "../../components/toasts.tsx";
import { mayChange } from "../../state/session.ts";
import { words } from "../../words/index.ts";
import type { ExecutionView } from "./context.ts";

export interface ConcurrencyProps {
  readonly view: ExecutionView;
  /** Path of a foreach that runs, with its rounds. */
  readonly path: string;
  /** As its definition says. */
  readonly usual: number;
}

const MOST = 10_000;

/** How many items of a foreach run at once can be changed while it runs. */
export function ConcurrencyButton(props: ConcurrencyProps) {
  const [isAsked, ask] = useState(false);
  if (!mayChange()) return null;
  return (
    <p class="panel-part">
      <Button icon="edit" isSmall onPress={() => ask(true)}>
        {words().concurrency.change}
      </Button>
      {isAsked && <ConcurrencyDialog {...props} onClose={() => ask(false)} />}
    </p>
  );
}

function ConcurrencyDialog({
  view,
  path,
  usual,
  onClose,
}: ConcurrencyProps & { readonly onClose: () => void }) {
  const { concurrency: texts } = words();
  const [typed, setTyped] = useState(String(usual));
  const concurrency = Number(typed);
  const isWrong = !Number.isInteger(concurrency) || concurrency < 1 || concurrency > MOST;
  const url = `${view.base}/items`;
  const body = { step: path, concurrency };
  async function act(): Promise<void> {
    await write("POST", url, body);
    tell(texts.changed(path, concurrency));
  }
  const names = [view.flow, view.name, path].map(quoted).join(" ");
  return (
    <Confirm
      title={texts.title(path)}
      says={texts.says(usual)}
      verb={texts.verb}
      isDisabled={isWrong}
      act={act}
      onClose={onClose}
    >
      <Field
        label={texts.field}
        value={typed}
        onInput={setTyped}
        wrong={isWrong ? texts.wrong(MOST) : undefined}
      />
      <CopyAs
        curl={curlOf("POST", url, body)}
        cli={`npx millrace items ${names} --concurrency ${concurrency}`}
      />
    </Confirm>
  );
}
