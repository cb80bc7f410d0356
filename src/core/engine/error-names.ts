/** Whether an error name is among those of a retry or catch policy (spec: FDL sections 6.1, 6.2 and 12.10). */
export function matchesError(names: readonly string[], error: string): boolean {
  return names.some(
    (name) =>
      name === "FnF.ALL" ||
      name === error ||
      // The beginning of names, such as Exit.* and Worker.*; no error is named so.
      (name.endsWith(".*") && error.startsWith(name.slice(0, -1))) ||
      name === `FC.${error}` ||
      (name === "FnF.TaskTimeout" && error === "FnF.Timeout"),
  );
}

/** A child that was too deep, as the flow that started it was told, and all above it after that. */
export function isDepthExceeded(error: string): boolean {
  return error === "FnF.ChildDepthExceeded" || error === "fnf.ChildDepthExceeded";
}
