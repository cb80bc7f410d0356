/** Whether an error name is among those of a retry or catch policy (spec: FDL sections 6.1, 6.2 and 12.10). */
export function matchesError(names: readonly string[], error: string): boolean {
  return names.some(
    (name) =>
      name === "FnF.ALL" ||
      name === error ||
      name === `FC.${error}` ||
      (name === "FnF.TaskTimeout" && error === "FnF.Timeout"),
  );
}
