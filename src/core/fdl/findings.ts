import { DIAGNOSTICS_MAX } from "../limits.ts";
import { type Diagnostic, type DiagnosticCode, DIAGNOSTICS } from "./diagnostic.ts";

/**
 * What a definition is read for. Before it is stored, everything that is wrong is found, and errors forbid it. What was
 * stored before runs as it always did, whatever a later release would say of it: nothing is looked for.
 */
export type Purpose = "storing" | "running";

/** The diagnostics of one definition: so many errors, so many others, and at one place one error. */
export class Findings {
  private readonly purpose: Purpose;
  private readonly found: Diagnostic[] = [];
  /** Line and column of each error, and its path. */
  private readonly errorsAt = new Map<string, string>();
  private readonly counts = { errors: 0, others: 0 };

  constructor(purpose: Purpose) {
    this.purpose = purpose;
  }

  /** Whether there is room for one more of its kind: where it stands need not be looked up else. */
  takes(code: DiagnosticCode): boolean {
    return this.purpose === "storing" && this.counts[kindOf(code)] < DIAGNOSTICS_MAX;
  }

  /** Dropped when there are too many of its kind, or when it follows from an error at the same place. */
  add(diagnostic: Diagnostic): void {
    const { code, severity, path } = diagnostic;
    const isError = severity === "error";
    if (!this.takes(code) || (isError && this.isFollowUp(diagnostic))) return;
    this.counts[kindOf(code)]++;
    if (isError) this.errorsAt.set(placeOf(diagnostic), path);
    this.found.push(diagnostic);
  }

  /** What YAML found wrong has no path; whatever is then wrong with the same piece of text follows from it. */
  private isFollowUp(diagnostic: Diagnostic): boolean {
    const earlier = this.errorsAt.get(placeOf(diagnostic));
    return earlier === "" || earlier === diagnostic.path;
  }

  has(code: DiagnosticCode): boolean {
    return this.found.some((one) => one.code === code);
  }

  get hasErrors(): boolean {
    return this.counts.errors > 0;
  }

  /** Reading on would only find more. */
  isFull(): boolean {
    return this.counts.errors >= DIAGNOSTICS_MAX;
  }

  /** In the order of the text. */
  all(): readonly Diagnostic[] {
    return this.found.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }
}

function kindOf(code: DiagnosticCode): "errors" | "others" {
  return DIAGNOSTICS[code] === "error" ? "errors" : "others";
}

function placeOf({ line, column }: Diagnostic): string {
  return `${line}:${column}`;
}
