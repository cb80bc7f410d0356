import type { Job, Refusal } from "./job.ts";

/** A field of a schedule that changes: `payload.command`. */
export interface Change {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

interface OfLine {
  readonly name: string;
  readonly file: string;
  readonly job: Job;
}

/** What an import does, a step each, in the order of the files. */
export type PlanStep =
  | (OfLine & {
      readonly sign: "+";
      readonly enabled: boolean;
      /** A schedule that another file has made, with the same command and times. */
      readonly twin?: string;
    })
  | (OfLine & { readonly sign: "~"; readonly changes: readonly Change[]; readonly enables: boolean })
  | (OfLine & { readonly sign: "=" })
  /** Changed by hand: it stays as it is. */
  | (OfLine & { readonly sign: "!"; readonly kind: "conflict"; readonly changes: readonly Change[] })
  | {
      readonly sign: "!";
      readonly kind: "refused";
      readonly file: string;
      readonly refusal: Refusal;
      readonly name?: string;
    }
  | {
      readonly sign: "-";
      readonly name: string;
      readonly file: string;
      readonly line: number;
      readonly action: "pause" | "delete" | "none";
      /** A line of the file cannot be read, and may be this one. */
      readonly mayBeUnread: boolean;
    };
