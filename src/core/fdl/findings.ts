import { DIAGNOSTICS_MAX } from "../limits.ts";
import { type Diagnostic, type DiagnosticCode, DIAGNOSTICS } from "./diagnostic.ts";

/**
 * What an error forbids. A definition with one that forbids running has no meaning. What a later release refuses, and an
 * earlier one stored, is refused when something is stored only: what is stored already goes on as it always did.
 */
export type Forbids = "running" | "storing";

/** The diagnostics of one definition: of each kind so many, and at one place one error. */
export class Findings {
  private readonly found: Diagnostic[] = [];
  /** Line and column of each error, and its path. */
  private readonly errorsAt = new Map<string, string>();
  private readonly counts = { running: 0, storing: 0, nothing: 0 };

  /** Whether there is room for one more of its kind: where it stands need not be looked up else. */
  takes(code: DiagnosticCode, forbids: Forbids = "running"): boolean {
    return this.counts[kindOf(code, forbids)] < DIAGNOSTICS_MAX;
  }

  /** Dropped when there are too many of its kind, or when it follows from an error at the same place. */
  add(diagnostic: Diagnostic, forbids: Forbids = "running"): void {
    const { code, severity, path } = diagnostic;
    const isError = severity === "error";
    if (!this.takes(code, forbids) || (isError && this.isFollowUp(diagnostic))) return;
    this.counts[kindOf(code, forbids)]++;
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

  forbid(purpose: Forbids): boolean {
    return this.counts.running > 0 || (purpose === "storing" && this.counts.storing > 0);
  }

  /** Reading on would only find more. What does not forbid running never ends it: the steps behind must not be lost. */
  isFull(): boolean {
    return this.counts.running >= DIAGNOSTICS_MAX;
  }

  /** In the order of the text. */
  all(): readonly Diagnostic[] {
    return this.found.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }
}

function kindOf(code: DiagnosticCode, forbids: Forbids): Forbids | "nothing" {
  return DIAGNOSTICS[code] === "error" ? forbids : "nothing";
}

function placeOf({ line, column }: Diagnostic): string {
  return `${line}:${column}`;
}
