/** A problem found in a flow definition. `line` and `column` count from 1; `path` is like `steps[0].retry[1].errors`. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly message: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  /** What was probably meant: it stands in place of the key or text that begins there. */
  readonly suggestion?: string;
}

export type Severity = "error" | "warning" | "info";

/** Every code and how grave it is; the table in this folder's README is made of this one (a test compares them). */
export const DIAGNOSTICS = {
  YamlSyntax: "error",
  YamlFeature: "error",
  TooLarge: "error",
  TooDeep: "error",
  UnsupportedVersion: "error",
  MissingKey: "error",
  UnknownKey: "error",
  UnknownStepType: "error",
  InvalidValue: "error",
  InvalidName: "error",
  DuplicateName: "error",
  UnknownGotoTarget: "error",
  InvalidPath: "error",
  PathOutOfPlace: "error",
  InvalidCondition: "error",
  UnsupportedResource: "error",
  MissingParameter: "error",
  OpenStepMissing: "error",
  OpenStepChanged: "error",
  RefExpanded: "info",
  NameUsedElsewhere: "warning",
  UnreachableStep: "warning",
  BarePath: "warning",
  ResultsStayInside: "warning",
  UnusedErrorMappings: "warning",
  RetryFindsNameTaken: "warning",
  SecretNotFound: "warning",
  SecretNotRead: "warning",
  NearlyAPath: "warning",
  PathInConstant: "warning",
  FindsNothing: "warning",
  NearlyAnErrorName: "warning",
  TokenGoesNowhere: "warning",
  TokenNotMapped: "info",
  CallEndsSooner: "warning",
  NoTimeLimit: "info",
} as const satisfies Record<string, Severity>;

export type DiagnosticCode = keyof typeof DIAGNOSTICS;

export type DocumentPath = readonly (string | number)[];

export function pathText(path: DocumentPath): string {
  return path
    .map((part, position) => (typeof part === "number" ? `[${part}]` : position === 0 ? part : `.${part}`))
    .join("");
}
