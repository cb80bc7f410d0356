import { useState } from "preact/hooks";
import { pathOf, write } from "../api/client.ts";
import { usePages } from "../api/pages.ts";
import type { AccessKey, AccessKeyWithSecret } from "../api/types.ts";
import { Button } from "../components/button.tsx";
import { copyText } from "../components/copy.ts";
import { Confirm, Dialog } from "../components/dialog.tsx";
import { PageHead } from "../components/page-head.tsx";
import { StateMark } from "../components/state-mark.tsx";
import { Time } from "../components/times.tsx";
import { tell } from "../components/toasts.tsx";
import { personOf } from "../model/started-by.ts";
import { session } from "../state/session.ts";
import "../styles/phone-rows.css";
import { words } from "../words/index.ts";
import { ListCard } from "./list-page.tsx";
import { NewKeyDialog } from "./new-key.tsx";

const PAGE = 100;

export default function Keys() {
  const { keys: texts } = words();
  const list = usePages<AccessKey>(pathOf("keys"), { limit: PAGE });
  const [asked, ask] = useState<AccessKey | "new" | undefined>(undefined);
  const [made, setMade] = useState<AccessKeyWithSecret | undefined>(undefined);
  const columns = [
    { title: texts.state },
    { title: texts.id },
    { title: texts.role, isWide: true },
    { title: texts.description, isWide: true },
    { title: texts.made, isWide: true },
    { title: texts.by, isWide: true },
    { title: "" },
  ];
  const close = () => ask(undefined);
  return (
    <>
      <PageHead
        title={texts.title}
        actions={
          <Button icon="plus" kind="solid" onPress={() => ask("new")}>
            {texts.create}
          </Button>
        }
      />
      <div class="page-body">
        <ListCard
          label={texts.title}
          list={list}
          columns={columns}
          row={(key) => <Row key={key.accessKeyId} of={key} onAsk={() => ask(key)} />}
          empty={{ says: texts.title }}
        />
      </div>
      {asked === "new" && <NewKeyDialog onMade={setMade} onChanged={list.reload} onClose={close} />}
      {asked !== undefined && asked !== "new" && (
        <SwitchDialog of={asked} onChanged={list.reload} onClose={close} />
      )}
      {made && <SecretDialog made={made} onClose={() => setMade(undefined)} />}
    </>
  );
}

function Row({ of, onAsk }: { readonly of: AccessKey; readonly onAsk: () => void }) {
  const { keys: texts } = words();
  const { accessKeyId, role, queues = [], description, disabled, createdAt, createdBy } = of;
  const may = (
    <>
      {role} {queues.length > 0 && <span class="quiet">{queues.join(", ")}</span>}
    </>
  );
  const isOwn = accessKeyId === session.value?.accessKeyId;
  return (
    <tr>
      <td>
        <StateMark state={disabled ? "stopped" : "on"} word={disabled ? texts.disabled : texts.enabled} />
      </td>
      <td class="key-cell">
        <code>{accessKeyId}</code> {isOwn && <span class="quiet">({texts.own})</span>}
        <span class="phone-only phone-line">{may}</span>
        {description !== undefined && <span class="phone-only phone-line">{description}</span>}
      </td>
      <td class="wide-only">{may}</td>
      <td class="wide-only quiet-ink">{description}</td>
      <td class="wide-only nowrap">{createdAt !== undefined && <Time at={createdAt} />}</td>
      <td class="wide-only">{createdBy !== undefined && personOf(createdBy)}</td>
      <td class="number">
        {createdAt !== undefined && !isOwn && (
          <Button kind={disabled ? "quiet" : "danger"} isSmall onPress={onAsk}>
            {disabled ? texts.enable : texts.disable}
          </Button>
        )}
      </td>
    </tr>
  );
}

interface SwitchDialogProps {
  readonly of: AccessKey;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

function SwitchDialog({ of: { accessKeyId, disabled }, onChanged, onClose }: SwitchDialogProps) {
  const { keys: texts } = words();
  async function act(): Promise<void> {
    await write("POST", pathOf("keys", accessKeyId, disabled ? "enable" : "disable"));
    tell(texts.done);
    onChanged();
  }
  return (
    <Confirm
      title={disabled ? texts.enableTitle(accessKeyId) : texts.disableTitle(accessKeyId)}
      says={disabled ? texts.enableBody : texts.disableBody}
      verb={disabled ? texts.enable : texts.disable}
      isDanger={!disabled}
      act={act}
      onClose={onClose}
    />
  );
}

function SecretDialog({
  made,
  onClose,
}: {
  readonly made: AccessKeyWithSecret;
  readonly onClose: () => void;
}) {
  const { keys: texts, common } = words();
  const key = `${made.accessKeyId}.${made.accessKeySecret}`;
  const foot = (
    <>
      <Button icon="copy" onPress={() => void copyText(key)}>
        {common.copy}
      </Button>
      <Button kind="solid" onPress={onClose}>
        {common.close}
      </Button>
    </>
  );
  return (
    <Dialog title={texts.madeTitle} foot={foot} onClose={onClose}>
      <pre class="code wrap" tabIndex={0}>
        {key}
      </pre>
    </Dialog>
  );
}
