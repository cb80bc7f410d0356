import { useEffect, useRef, useState } from "preact/hooks";
import { write } from "../../api/client.ts";
import type { Diagnostic, FlowGraph, Validation } from "../../api/types.ts";

/** What the service says of a definition. */
export interface Checked {
  /** The text that it is about. */
  readonly text?: string;
  readonly problems: readonly Diagnostic[];
  /** Of the newest text that had no errors. */
  readonly graph?: FlowGraph;
  readonly error?: unknown;
}

const PAUSE_MS = 400;
const RETRY_MS = 3000;

/** Asks about a text when its last change is a moment ago; answers that are overtaken are dropped, and what fails is asked again. */
export function useValidation(text: string): Checked {
  const [checked, setChecked] = useState<Checked>({ problems: [] });
  const newest = useRef(text);
  newest.current = text;
  useEffect(() => {
    const isFirst = checked.text === undefined;
    let timer = setTimeout(() => void check(), isFirst ? 0 : PAUSE_MS);
    return () => clearTimeout(timer);

    async function check(): Promise<void> {
      try {
        const { diagnostics, graph } = await write<Validation>("POST", "/v1/flows/validate?graph=true", {
          definition: text,
        });
        if (newest.current !== text) return;
        setChecked((before) => {
          const drawn = graph ?? before.graph;
          return { text, problems: diagnostics, ...(drawn && { graph: drawn }) };
        });
      } catch (error) {
        if (newest.current !== text) return;
        setChecked((before) => ({ ...before, error }));
        timer = setTimeout(() => void check(), RETRY_MS);
      }
    }
  }, [text]);
  return checked;
}

export function countProblems(problems: readonly Diagnostic[]) {
  const count = (severity: Diagnostic["severity"]) =>
    problems.filter((problem) => problem.severity === severity).length;
  return { errors: count("error"), warnings: count("warning") };
}
