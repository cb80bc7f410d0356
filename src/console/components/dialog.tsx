import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { words } from "../words/index.ts";
import { Button } from "./button.tsx";
import { Field } from "./field.tsx";
import { troubleOf } from "./trouble.tsx";

export interface DialogProps {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly foot: ComponentChildren;
  readonly onClose: () => void;
}

/** Over all else, and closed by Escape. */
export function Dialog({ title, children, foot, onClose }: DialogProps) {
  const own = useRef<HTMLDialogElement>(null);
  useEffect(() => own.current?.showModal(), []);
  return (
    <dialog ref={own} aria-label={title} onClose={onClose}>
      <div class="dialog-body">
        <h2>{title}</h2>
        {children}
      </div>
      <div class="dialog-foot">{foot}</div>
    </dialog>
  );
}

export interface ConfirmProps {
  readonly title: string;
  /** What will happen, and how much. */
  readonly says: string;
  /** On the button: verb first. */
  readonly verb: string;
  readonly isDanger?: boolean;
  readonly isDisabled?: boolean;
  /** Of what nothing brings back: its name has to be typed first, as the label says. */
  readonly typing?: { readonly name: string; readonly label: string };
  readonly children?: ComponentChildren;
  readonly act: () => Promise<void>;
  /** It is done. */
  readonly onClose: () => void;
  /** It shall not be done; the same by default. */
  readonly onCancel?: () => void;
}

/** Asks before something changes; what the service refuses stays here, and can be tried again. */
export function Confirm({
  title,
  says,
  verb,
  isDanger,
  isDisabled,
  typing,
  children,
  act,
  onClose,
  onCancel = onClose,
}: ConfirmProps) {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(undefined);
  const [typed, type] = useState("");
  async function go(): Promise<void> {
    setBusy(true);
    try {
      await act();
      onClose();
    } catch (failed) {
      setError(failed);
      setBusy(false);
    }
  }
  const foot = (
    <>
      <Button onPress={onCancel}>{words().common.cancel}</Button>
      <Button
        kind={isDanger === true ? "danger" : "solid"}
        isDisabled={isBusy || isDisabled === true || (typing && typed !== typing.name) === true}
        onPress={() => void go()}
      >
        {verb}
      </Button>
    </>
  );
  return (
    <Dialog title={title} foot={foot} onClose={onCancel}>
      <p>{says}</p>
      {typing && <Field label={typing.label} value={typed} onInput={type} />}
      {children}
      {error !== undefined && <Refused error={error} />}
    </Dialog>
  );
}

export function Refused({ error }: { readonly error: unknown }) {
  const { title, detail, requestId } = troubleOf(error);
  return (
    <div class="note soft-bad" role="alert">
      <span class="says tone-bad">
        {title} <span lang="en">{detail}</span>{" "}
        {requestId !== undefined && requestId !== "" && <code class="small">{requestId}</code>}
      </span>
    </div>
  );
}
