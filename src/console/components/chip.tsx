import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icon.tsx";

export interface Choice {
  readonly value: string;
  readonly title: string;
}

export interface SelectChipProps {
  readonly label: string;
  readonly value: string;
  /** The first is what holds when nothing was chosen. */
  readonly choices: readonly Choice[];
  readonly onChange: (value: string) => void;
}

/** A filter with some values to choose from. */
export function SelectChip({ label, value, choices, onChange }: SelectChipProps) {
  const isSet = value !== choices[0]?.value;
  return (
    <label class={`chip ${isSet ? "is-set" : ""}`}>
      <span class="label">{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.title}
          </option>
        ))}
      </select>
      <Icon name="down" size={14} />
    </label>
  );
}

export interface TextChipProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly onChange: (value: string) => void;
}

/** A filter that is typed; it counts when Enter is pressed, or the field is left. */
export function TextChip({ label, value, placeholder = "", onChange }: TextChipProps) {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const done = () => typed !== value && onChange(typed.trim());
  return (
    <label class={`chip ${value === "" ? "" : "is-set"}`}>
      <span class="label">{label}</span>
      <input
        value={typed}
        size={Math.max(10, Math.min(24, typed.length + 1))}
        placeholder={placeholder}
        spellcheck={false}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onBlur={done}
        onKeyDown={({ key }) => key === "Enter" && done()}
      />
    </label>
  );
}
