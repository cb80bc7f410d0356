import { numberIn, pluralIn } from "../numbers.ts";

const number = numberIn("en-GB");
const plural = pluralIn("en-GB");

function problems(errors: number, warnings: number): string {
  const parts = [
    ...(errors > 0 ? [`${number(errors)} ${plural(errors, { one: "error", other: "errors" })}`] : []),
    ...(warnings > 0
      ? [`${number(warnings)} ${plural(warnings, { one: "warning", other: "warnings" })}`]
      : []),
  ];
  return parts.join(" and ");
}

export const editor = {
  edit: "Edit",
  newFlow: "New flow",
  title: "Edit definition",
  code: "Definition in YAML",
  leave: "Tab indents here. Escape, then Tab leaves the editor.",
  draftOn: (version: number) => `Draft on v${version}`,
  draftOfNew: "Not stored yet",
  unchanged: (version: number) => `As stored, v${version}`,
  kept: "Draft kept in this browser,",
  notKept: "This browser keeps no draft: it is gone when the page is closed.",
  checking: "Checking",
  unchecked: "The definition could not be checked.",
  sound: "Nothing is wrong with it.",
  wrong: (errors: number, warnings: number) =>
    `${problems(errors, warnings)}. Nothing is stored until the errors are gone.`,
  doubtful: (warnings: number) => `${problems(0, warnings)}. It can be stored.`,
  phone: "A definition is edited on a wider screen. Here it can be read.",
  mayNot: "Your access key may look at definitions, and not change them.",
  panes: { graph: "Graph", diff: "Difference", examples: "Examples" },
  diffTo: (version: number) => `Difference to v${version}`,
  side: "Beside the definition",
  problems: "Problems",
  problemKeys: "F8 next, Shift F8 back",
  severity: { error: "Error", warning: "Warning", info: "Note" },
  fix: (text: string) => `Write ${text}`,
  graphOfBefore: "The graph is as it was before the errors.",
  noGraph: "The graph is drawn when the definition has no errors.",
  save: (version: number) => `Store v${version}`,
  saveTitle: (flow: string, version: number) => `Store ${flow} as v${version}`,
  saveSays: (running: string) => `Whatever starts from now on runs this version, schedules too. ${running}`,
  running: (count: number, isMore: boolean) =>
    count === 0
      ? "Nothing of it runs now."
      : `${number(count)}${isMore ? " or more" : ""} ${plural(count, { one: "execution runs", other: "executions run" })} now, and ${plural(count, { one: "goes", other: "go" })} on with the version they began with.`,
  description: "Description",
  descriptionHint: "What the flow is for; lists show it.",
  name: "Name of the flow",
  nameHint: "Letters, digits, - and _; it begins with a letter or _.",
  createTitle: "Store a new flow",
  createSays: "It runs when somebody starts it, or a schedule does.",
  create: "Store the flow",
  stored: (flow: string, version: number) => `${flow} is stored as v${version}.`,
  tryIt: "Try with last input",
  tryVerb: "Store and start",
  startVerb: "Start",
  tryTitle: (flow: string) => `Try ${flow}`,
  trySays: (version: number) =>
    `It is stored as v${version}, which all that starts from now on runs, and started once with this input.`,
  trySame: (version: number) => `v${version} starts once with this input.`,
  moved: (draft: number, stored: number) =>
    `Somebody stored v${stored} meanwhile. Your draft began with v${draft}, and has not what changed since.`,
  showDiff: "Show the difference",
  keepMine: (version: number) => `Go on from v${version} with my draft`,
  takeTheirs: (version: number) => `Take v${version}, drop my draft`,
  discard: "Drop the draft",
  discardTitle: "Drop the draft",
  discardSays: (version: number) => `What you changed is gone, and the editor shows v${version} again.`,
  same: "There is no difference.",
  useExample: "Put it in the editor",
  exampleHint: "It takes the place of what is there; undo brings that back.",
  copyPut: "Copy as millrace",
  compare: "Compare",
  compareFrom: "From",
  compareTo: "to",
  added: (lines: number) => `${number(lines)} ${plural(lines, { one: "line", other: "lines" })} added`,
  removed: (lines: number) => `${number(lines)} removed`,
  sameLines: (lines: number) =>
    `${number(lines)} ${plural(lines, { one: "line", other: "lines" })} that did not change`,
};
