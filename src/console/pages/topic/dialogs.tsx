import { useLocation } from "preact-iso";
import { useState } from "preact/hooks";
import { write } from "../../api/client.ts";
import { CopyAs } from "../../components/copy-as.tsx";
import { curlOf, quoted } from "../../components/copy.ts";
import { Confirm } from "../../components/dialog.tsx";
import { Field } from "../../components/field.tsx";
import { tell } from "../../components/toasts.tsx";
import { addresses } from "../../frame/addresses.ts";
import { words } from "../../words/index.ts";

export interface TopicDialogProps {
  readonly topic: string;
  readonly path: string;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

/** Sends a message to all who subscribed. */
export function PublishDialog({ topic, path, onChanged, onClose }: TopicDialogProps) {
  const { topics: texts } = words();
  const [text, setText] = useState("");
  const [tag, setTag] = useState("");
  const message = { body: text, ...(tag !== "" && { tag }) };
  async function act(): Promise<void> {
    await write("POST", `${path}/publish`, message);
    tell(texts.published(topic));
    onChanged();
  }
  return (
    <Confirm
      title={texts.publishTitle(topic)}
      says={texts.publishBody}
      verb={texts.publish}
      isDisabled={text === ""}
      act={act}
      onClose={onClose}
    >
      <Field label={texts.message} value={text} onInput={setText} isMultiline />
      <Field label={texts.tag} value={tag} onInput={setTag} hint={texts.tagHint} />
      <CopyAs
        curl={curlOf("POST", `${path}/publish`, message)}
        cli={`npx millrace topic publish ${quoted(topic)} ${quoted(text)}${tag === "" ? "" : ` --tag ${quoted(tag)}`}`}
      />
    </Confirm>
  );
}

/** An address begins with its protocol; all else is a queue. */
function endpointOf(typed: string): { readonly url: string } | { readonly queue: string } {
  return /^https?:/i.test(typed) ? { url: typed } : { queue: typed };
}

export function SubscribeDialog({ topic, path, onChanged, onClose }: TopicDialogProps) {
  const { topics: texts } = words();
  const [name, setName] = useState("");
  const [to, setTo] = useState("");
  const [filterTag, setFilter] = useState("");
  const url = `${path}/subscriptions/${encodeURIComponent(name)}`;
  const body = { endpoint: endpointOf(to.trim()), ...(filterTag !== "" && { filterTag }) };
  async function act(): Promise<void> {
    await write("PUT", url, body);
    tell(texts.subscribed(name));
    onChanged();
  }
  const where = "url" in body.endpoint ? `--endpoint ${quoted(to.trim())}` : `--queue ${quoted(to.trim())}`;
  const only = filterTag === "" ? "" : ` --filter-tag ${quoted(filterTag)}`;
  return (
    <Confirm
      title={texts.subscribeTitle(topic)}
      says={texts.subscribeBody}
      verb={texts.subscribe}
      isDisabled={name === "" || to.trim() === ""}
      act={act}
      onClose={onClose}
    >
      <Field label={texts.subscription} value={name} onInput={setName} />
      <Field label={texts.goesTo} value={to} onInput={setTo} hint={texts.goesToHint} />
      <Field label={texts.filter} value={filterTag} onInput={setFilter} hint={texts.filterHint} />
      <CopyAs
        curl={curlOf("PUT", url, body)}
        cli={`npx millrace topic subscribe ${quoted(topic)} ${quoted(name)} ${where}${only}`}
      />
    </Confirm>
  );
}

export function UnsubscribeDialog({
  topic,
  path,
  name,
  onChanged,
  onClose,
}: TopicDialogProps & { readonly name: string }) {
  const { topics: texts } = words();
  const url = `${path}/subscriptions/${encodeURIComponent(name)}`;
  async function act(): Promise<void> {
    await write("DELETE", url);
    tell(texts.unsubscribed(name));
    onChanged();
  }
  return (
    <Confirm
      title={texts.unsubscribeTitle(name)}
      says={texts.unsubscribeBody}
      verb={texts.unsubscribe}
      isDanger
      act={act}
      onClose={onClose}
    >
      <CopyAs
        curl={curlOf("DELETE", url)}
        cli={`npx millrace topic unsubscribe ${quoted(topic)} ${quoted(name)}`}
      />
    </Confirm>
  );
}

export function DeleteTopicDialog({ topic, path, onClose }: TopicDialogProps) {
  const { topics: texts } = words();
  const { route } = useLocation();
  async function act(): Promise<void> {
    await write("DELETE", path);
    tell(texts.deleted(topic));
    route(addresses.topics);
  }
  return (
    <Confirm
      title={texts.deleteTitle(topic)}
      says={texts.deleteBody}
      verb={texts.delete}
      isDanger
      typing={{ name: topic, label: texts.deleteType(topic) }}
      act={act}
      onClose={onClose}
    >
      <CopyAs curl={curlOf("DELETE", path)} cli={`npx millrace topic delete ${quoted(topic)}`} />
    </Confirm>
  );
}
