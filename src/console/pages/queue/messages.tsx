import { useState } from "preact/hooks";
import { write } from "../../api/client.ts";
import { useResource } from "../../api/resource.ts";
import type { Page, PeekedMessage, Queue } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { Card } from "../../components/card.tsx";
import { CopyAs } from "../../components/copy-as.tsx";
import { curlOf, quoted } from "../../components/copy.ts";
import { Confirm } from "../../components/dialog.tsx";
import { Empty } from "../../components/empty.tsx";
import { Field } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { Loaded } from "../../components/loaded.tsx";
import { Table } from "../../components/table.tsx";
import { Ago, Time } from "../../components/times.tsx";
import { tell } from "../../components/toasts.tsx";
import { words } from "../../words/index.ts";

const POLL_MS = 10_000;

/** The next messages; whoever looks takes none of them. */
export function Messages({ path, queue }: { readonly path: string; readonly queue: Queue }) {
  const { messages: texts } = words();
  const next = useResource<Page<PeekedMessage>>(`${path}/messages`, { everyMs: POLL_MS });
  const count = next.data?.items.length ?? 0;
  return (
    <Card title={texts.title} note={count > 0 && texts.shown(count, queue.depth.ready)} isFlush>
      <Loaded resource={next}>
        {({ items }) => (items.length === 0 ? <Empty says={texts.empty} /> : <MessagesTable items={items} />)}
      </Loaded>
      <p class="card-foot quiet">{texts.masked}</p>
    </Card>
  );
}

function MessagesTable({ items }: { readonly items: readonly PeekedMessage[] }) {
  const { messages: texts, number } = words();
  const columns = [
    { title: texts.body },
    { title: texts.priority, isNumber: true, isWide: true },
    { title: texts.deliveries, isNumber: true, isWide: true },
    { title: texts.sentAt, isWide: true },
  ];
  return (
    <Table label={texts.title} columns={columns}>
      {items.map(({ id, body, priority, dequeueCount, enqueuedAt }) => (
        <tr key={id}>
          <td>
            <details class="message">
              <summary>
                <Icon name="right" size={14} />
                <code class="cut block letter-body">{body}</code>
              </summary>
              <pre class="code wrap" tabIndex={0}>
                {body}
              </pre>
            </details>
            <span class="narrow-only small quiet">
              <Ago at={enqueuedAt} />
            </span>
          </td>
          <td class="number wide-only">{number(priority)}</td>
          <td class="number wide-only">{number(dequeueCount)}</td>
          <td class="nowrap wide-only">
            <Time at={enqueuedAt} isRelative />
          </td>
        </tr>
      ))}
    </Table>
  );
}

export interface SendProps {
  readonly path: string;
  readonly queue: string;
  readonly onSent: () => void;
}

export function SendButton(props: SendProps) {
  const [isAsked, ask] = useState(false);
  return (
    <>
      <Button icon="plus" onPress={() => ask(true)}>
        {words().messages.send}
      </Button>
      {isAsked && <SendDialog {...props} onClose={() => ask(false)} />}
    </>
  );
}

function SendDialog({ path, queue, onSent, onClose }: SendProps & { readonly onClose: () => void }) {
  const { messages: texts } = words();
  const [text, setText] = useState("");
  const [worker, setWorker] = useState("");
  const message = { body: text, ...(worker !== "" && { worker }) };
  async function act(): Promise<void> {
    await write("POST", `${path}/send`, { messages: [message] });
    tell(texts.sent(queue));
    onSent();
  }
  const only = worker === "" ? "" : ` --worker ${quoted(worker)}`;
  return (
    <Confirm
      title={texts.sendTitle(queue)}
      says={texts.sendBody}
      verb={texts.send}
      isDisabled={text === ""}
      act={act}
      onClose={onClose}
    >
      <Field label={texts.body} value={text} onInput={setText} isMultiline />
      <Field label={texts.worker} value={worker} onInput={setWorker} hint={texts.workerHint} />
      <CopyAs
        curl={curlOf("POST", `${path}/send`, { messages: [message] })}
        cli={`npx millrace queue send ${quoted(queue)} ${quoted(text)}${only}`}
      />
    </Confirm>
  );
}
