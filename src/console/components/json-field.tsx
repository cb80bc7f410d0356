import { useEffect, useState } from "preact/hooks";
import type { CodeEditor } from "./editor/code-editor.tsx";
import { Field } from "./field.tsx";

export interface JsonFieldProps {
  readonly label: string;
  /** What it begins with. */
  readonly text: string;
  readonly onChange: (text: string) => void;
  /** Why it cannot be taken as it is. */
  readonly wrong: string | undefined;
}

/** Made once the editor's own code is there; until then, and where it cannot be had, a plain field takes the text. */
export function JsonField({ label, text, onChange, wrong }: JsonFieldProps) {
  const [Made, setMade] = useState<{ readonly of: typeof CodeEditor } | undefined>(undefined);
  useEffect(() => {
    import("./editor/code-editor.tsx").then(
      (loaded) => setMade({ of: loaded.CodeEditor }),
      () => {
        // The plain field stays.
      },
    );
  }, []);
  if (!Made) return <Field label={label} value={text} onInput={onChange} wrong={wrong} isMultiline />;
  return (
    <div class="field">
      <span class="label">{label}</span>
      <div class={`json-field ${wrong === undefined ? "" : "is-wrong"}`}>
        <Made.of text={text} label={label} onChange={onChange} />
      </div>
      <span class="small tone-bad" role="status">
        {wrong}
      </span>
    </div>
  );
}
