import type { Diagnostic } from "../../api/types.ts";
import { Button } from "../../components/button.tsx";
import { Icon } from "../../components/icon.tsx";
import { words } from "../../words/index.ts";
import { countProblems } from "./use-validation.ts";

export interface ProblemListProps {
  readonly problems: readonly Diagnostic[];
  /** The line that the caret is in. */
  readonly line: number;
  readonly onGo: (problem: Diagnostic) => void;
  readonly onFix: (problem: Diagnostic) => void;
}

const LOOKS = {
  error: { icon: "failed", tone: "tone-bad" },
  warning: { icon: "warning", tone: "tone-warn" },
  info: { icon: "info", tone: "tone-run" },
} as const;

/** What a problem is, in the reader's words where there are some, and in the service's, which name things. */
function ProblemText({ code, message }: Pick<Diagnostic, "code" | "message">) {
  const own = words().service.diagnostic(code);
  if (own === undefined) return <span class="problem-text">{message}</span>;
  return (
    <span class="problem-text">
      {own}{" "}
      <span class="quiet" lang="en">
        {message}
      </span>
    </span>
  );
}

/** In the order of the text. */
export function ProblemList({ problems, line, onGo, onFix }: ProblemListProps) {
  const { editor, number } = words();
  const { errors, warnings } = countProblems(problems);
  return (
    <section class="problems" aria-label={editor.problems}>
      <div class="problems-head">
        <h2>{editor.problems}</h2>
        {errors > 0 && (
          <span class="tone-bad">
            <Icon name="failed" /> {number(errors)}
          </span>
        )}
        {warnings > 0 && (
          <span class="tone-warn">
            <Icon name="warning" /> {number(warnings)}
          </span>
        )}
        <span class="quiet problem-keys">{editor.problemKeys}</span>
      </div>
      <ul class="problem-rows">
        {problems.map((problem) => {
          const { severity, code, message, suggestion } = problem;
          const { icon, tone } = LOOKS[severity];
          return (
            <li
              key={`${problem.line}:${problem.column}:${code}`}
              class={`problem ${problem.line === line ? "is-here" : ""}`}
            >
              <button type="button" class="problem-go" onClick={() => onGo(problem)}>
                <Icon name={icon} class={tone} />
                <span class="hidden-text">{editor.severity[severity]}</span>
                <span class="problem-place">
                  {problem.line}:{problem.column}
                </span>
                <ProblemText code={code} message={message} />
                <code class="problem-code">{code}</code>
              </button>
              {suggestion !== undefined && (
                <Button isSmall icon="check" onPress={() => onFix(problem)}>
                  {editor.fix(suggestion)}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
