import { useId } from "preact/hooks";

export interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly hint?: string | undefined;
  /** Why it cannot be taken as it is. */
  readonly wrong?: string | undefined;
  /** Local date and time. */
  readonly isTime?: boolean;
  readonly isMultiline?: boolean;
}

export function Field({
  label,
  value,
  onInput,
  hint,
  wrong,
  isTime = false,
  isMultiline = false,
}: FieldProps) {
  const id = useId();
  const shared = {
    id,
    class: "input",
    value,
    spellcheck: false,
    autocomplete: "off" as const,
    "aria-invalid": wrong !== undefined,
    "aria-describedby": `${id}-hint`,
  };
  return (
    <div class="field">
      <label class="label" for={id}>
        {label}
      </label>
      {isMultiline ? (
        <textarea {...shared} onInput={(event) => onInput(event.currentTarget.value)} />
      ) : (
        <input
          {...shared}
          {...(isTime && { type: "datetime-local" as const })}
          onInput={(event) => onInput(event.currentTarget.value)}
        />
      )}
      <span id={`${id}-hint`} class={`small ${wrong === undefined ? "quiet" : "tone-bad"}`}>
        {wrong ?? hint}
      </span>
    </div>
  );
}
