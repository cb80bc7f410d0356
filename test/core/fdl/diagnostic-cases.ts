export const HEAD = "version: v1\ntype: flow\nsteps:\n";
export const PASS = "  - {type: pass, name: p}\n";
export const ARN = "acs:mns:::/queues/q/messages";
export const BODY = "serviceParams: {MessageBody: $}";

/** `▸` stands where a diagnostic is expected; then each of them as `code path`, in the order of the text. */
export const CASES: readonly [name: string, text: string, ...found: string[]][] = [
  ["nothing", "▸", "YamlSyntax "],
  ["a comment only", "▸# nothing\n", "YamlSyntax "],
  ["a list", "▸- 1\n", "InvalidValue "],
  ["broken YAML", "version: v1\nsteps: [\n▸", "YamlSyntax "],
  ["a key twice", `${HEAD}${PASS}▸type: flow\n`, "YamlSyntax "],
  ["a second document", `${HEAD}${PASS}▸---\na: 1\n`, "YamlFeature "],
  ["a merge key", `${HEAD}  - ▸<<: {type: pass}\n    name: p\n`, "YamlFeature "],
  ["an unknown tag", `${HEAD}  - {type: pass, name: !secret ▸p}\n`, "YamlFeature "],
  ["a number that JSON has not", pass("outputMappings: [{target: n, source: ▸.inf}]"), "InvalidValue "],
  ["another version", `version: ▸v2\ntype: flow\nsteps:\n${PASS}`, "UnsupportedVersion version"],
  ["no steps", "▸version: v1\ntype: flow\n", "MissingKey steps"],
  ["an empty list of steps", "version: v1\ntype: flow\nsteps: ▸[]\n", "InvalidValue steps"],
  ["an unknown key at the top", `${HEAD}${PASS}▸timeoutSecond: 5\n`, "UnknownKey timeoutSecond"],
  ["an unknown key in a step", pass("▸outputMapping: []"), "UnknownKey steps[0].outputMapping"],
  [
    "an unknown key in a mapping",
    pass("outputMappings: [{target: a, ▸sorce: 1, source: 2}]"),
    "UnknownKey steps[0].outputMappings[0].sorce",
  ],
  ["an unknown step type", `${HEAD}  - {type: ▸tsk, name: p}\n`, "UnknownStepType steps[0].type"],
  ["a step without type", `${HEAD}  - ▸{name: p}\n`, "MissingKey steps[0]"],
  ["a step that is no mapping", `${HEAD}  - ▸pass\n`, "MissingKey steps[0]"],
  ["a step without name", `${HEAD}  - ▸{type: pass}\n`, "MissingKey steps[0].name"],
  ["a bad name", `${HEAD}  - {type: pass, name: ▸1st}\n`, "InvalidValue steps[0].name"],
  ["the same name twice", `${HEAD}${PASS}${PASS.replace("p}", "▸p}")}`, "DuplicateName steps[1].name"],
  [
    "a secret that is written wrongly",
    http(
      "Headers: {a: ▸{secret: 5}, b: {secret: KEY, prefix: Basic}}, Query: {c: ▸{secret: KEY, suffix: x}}",
    ),
    "InvalidValue steps[0].serviceParams.Headers.a",
    "InvalidValue steps[0].serviceParams.Query.c",
  ],
  [
    "a secret where none is put in",
    http("Headers: {secret: KEY}, Body: {list: [▸{secret: KEY}], secret: KEY}"),
    "SecretNotRead steps[0].serviceParams.Body.list[0]",
  ],
  [
    "a bad path",
    pass("inputMappings: [{target: a, source: ▸$input.}]"),
    "InvalidPath steps[0].inputMappings[0].source",
  ],
  [
    "a target that is a path",
    pass("inputMappings: [{target: ▸$.a, source: 1}]"),
    "InvalidValue steps[0].inputMappings[0].target",
  ],
  [
    "a bare path",
    pass("inputMappings: [{target: a, source: ▸$.b}]"),
    "BarePath steps[0].inputMappings[0].source",
  ],
  ["a resource that nobody knows", task(BODY, "▸acs:xx:::y"), "UnsupportedResource steps[0].resourceArn"],
  [
    "a pattern that a queue cannot",
    task(`${BODY}, pattern: sync`, `▸${ARN}`),
    "UnsupportedResource steps[0].resourceArn",
  ],
  [
    "a queue without MessageBody",
    task("timeoutSeconds: 1").replace("{type", "▸{type"),
    "MissingParameter steps[0]",
  ],
  [
    "an unknown parameter",
    task("serviceParams: {MessageBody: $, ▸Prio: 1}"),
    "UnknownKey steps[0].serviceParams.Prio",
  ],
  [
    "a goto to nowhere",
    task(`${BODY}, catch: [{errors: [E], goto: ▸x}]`),
    "UnknownGotoTarget steps[0].catch[0].goto",
  ],
  [
    "a multiplier below one",
    task(`${BODY}, retry: [{errors: [E], multiplier: ▸0.5}]`),
    "InvalidValue steps[0].retry[0].multiplier",
  ],
  [
    "a policy without errors",
    task(`${BODY}, retry: [{errors: ▸[]}]`),
    "InvalidValue steps[0].retry[0].errors",
  ],
  [
    "a step that is never reached",
    `${HEAD}  - {type: succeed, name: s}\n${PASS.replace("p}", "▸p}")}`,
    "UnreachableStep steps[1].name",
  ],
  [
    "a foreach whose results stay inside",
    foreach("name: ▸f, iterationMapping: {collection: $.a, item: i}"),
    "ResultsStayInside steps[0].name",
  ],
  [
    "a collection that is neither path nor array",
    foreach("name: f, iterationMapping: {collection: ▸5, item: i}, outputMappings: []"),
    "InvalidValue steps[0].iterationMapping.collection",
  ],
  [
    "a collection that cannot be read there, beside an item that cannot stand there",
    foreach("name: f, iterationMapping: {collection: ▸$local.a, item: ▸5}, outputMappings: []"),
    "PathOutOfPlace steps[0].iterationMapping.collection",
    "InvalidValue steps[0].iterationMapping.item",
  ],
  [
    "an item that is written as a path",
    foreach("name: f, iterationMapping: {collection: $.a, item: ▸$.b}, outputMappings: []"),
    "InvalidValue steps[0].iterationMapping.item",
  ],
  [
    "an index that is written as a path",
    foreach("name: f, iterationMapping: {collection: $.a, item: b, index: ▸$input.i}, outputMappings: []"),
    "InvalidValue steps[0].iterationMapping.index",
  ],
  [
    "a condition beside another option that cannot be read",
    `${HEAD}  - {type: choice, name: c, choices: [{condition: ▸"$.a = 1", goto: c}, {condition: ▸5, goto: c}]}\n`,
    "InvalidCondition steps[0].choices[0].condition",
    "InvalidValue steps[0].choices[1].condition",
  ],
  [
    "a name used in another list",
    `${foreach("name: f, iterationMapping: {collection: [], item: i}, outputMappings: []")}${PASS.replace("p}", "▸p}")}`,
    "NameUsedElsewhere steps[1].name",
  ],
  [
    "errorMappings without catch",
    task(`${BODY}, errorMappings: ▸[]`),
    "UnusedErrorMappings steps[0].errorMappings",
  ],
  ["a wait for nothing", `${HEAD}  - ▸{type: wait, name: w}\n`, "InvalidValue steps[0]"],
  [
    "a wait for two things",
    wait("duration: 1, timestamp: $.t").replace("{type", "▸{type"),
    "InvalidValue steps[0]",
  ],
  ["a wait for part of a second", wait("duration: ▸1.5"), "InvalidValue steps[0].duration"],
  ["a wait for too long", wait("duration: ▸31536001"), "InvalidValue steps[0].duration"],
  ["a wait for a word", wait("duration: ▸soon"), "InvalidValue steps[0].duration"],
  ["a wait until no instant", wait("timestamp: ▸2026-02-30T00:00:00Z"), "InvalidValue steps[0].timestamp"],
  ["a wait for a bad path", wait("duration: ▸'$.a['"), "InvalidPath steps[0].duration"],
  [
    "a bad condition",
    choice("choices: [{condition: ▸$.a = 1, goto: c}]"),
    "InvalidCondition steps[0].choices[0].condition",
  ],
  ["a choice without choices", choice("choices: ▸[]"), "InvalidValue steps[0].choices"],
  [
    "an option that leads nowhere",
    choice("choices: [{condition: 'true', goto: ▸d}], default: {goto: ▸e}"),
    "UnknownGotoTarget steps[0].choices[0].goto",
    "UnknownGotoTarget steps[0].default.goto",
  ],
  [
    "mistakes inside a step that is wrong itself",
    choice("choices: [{condition: 'true', steps: [{type: ▸nap, name: n}]}], ▸x: 1"),
    "UnknownStepType steps[0].choices[0].steps[0].type",
    "UnknownKey steps[0].x",
  ],
  [
    "a step behind a choice that always jumps",
    `${choice("choices: [{condition: 'true', goto: z}], default: {goto: z}")}${PASS.replace("p}", "▸p}")}  - {type: pass, name: z}\n`,
    "UnreachableStep steps[1].name",
  ],
  [
    "a parallel whose results stay inside",
    `${HEAD}  - {type: parallel, name: ▸p, branches: [{steps: [{type: pass, name: a}]}]}\n`,
    "ResultsStayInside steps[0].name",
  ],
  [
    "branches with nothing in them",
    `${HEAD}  - {type: parallel, name: p, outputMappings: [], branches: [{steps: ▸[]}, ▸{}]}\n`,
    "InvalidValue steps[0].branches[0].steps",
    "MissingKey steps[0].branches[1].steps",
  ],
  [
    "a tolerance of nothing",
    foreach("name: f, tolerance: ▸{}, iterationMapping: {collection: [], item: i}, outputMappings: []"),
    "InvalidValue steps[0].tolerance",
  ],
  [
    "a shorthand of the deployment tools",
    `${HEAD}  - {type: task, name: t, resourceArn: !Ref ▸svc/fn}\n`,
    "RefExpanded ",
  ],
  ["nothing to call", `${HEAD}  - ▸{type: task, name: t}\n`, "MissingKey steps[0]"],
  [
    "an action that is none",
    `${HEAD}  - {type: task, name: t, action: ▸Nope}\n`,
    "UnsupportedResource steps[0].action",
  ],
  [
    "a sync call over HTTP",
    `${HEAD}  - {type: task, name: t, resourceArn: ▸"https://example.com/x", pattern: sync}\n`,
    "UnsupportedResource steps[0].resourceArn",
  ],
  [
    "an address with a password in it",
    `${HEAD}  - {type: task, name: t, resourceArn: ▸"https://me:hunter2@example.com/x"}\n`,
    "UnsupportedResource steps[0].resourceArn",
  ],
  [
    "parameters that the resource does not know",
    `${HEAD}  - {type: task, name: t, resourceArn: "acs:fnf:::flow/f", serviceParams: {Input: $, ▸Name: n}}\n`,
    "UnknownKey steps[0].serviceParams.Name",
  ],
  [
    "a retry that would find its name taken",
    `${HEAD}  - {type: task, name: t, resourceArn: "acs:fnf:::flow/f", pattern: sync, serviceParams: {ExecutionName: ▸fixed}, retry: [{errors: [E]}]}\n`,
    "RetryFindsNameTaken steps[0].serviceParams.ExecutionName",
  ],
  [
    "a token where no context can be read",
    task(`timeoutSeconds: 1, serviceParams: {MessageBody: ▸$context.task.token}`),
    "PathOutOfPlace steps[0].serviceParams.MessageBody",
  ],
  [
    "a priority that no queue has",
    task("serviceParams: {MessageBody: $, Priority: ▸0}"),
    "InvalidValue steps[0].serviceParams.Priority",
  ],
  [
    "a delay that is no number",
    task("serviceParams: {MessageBody: $, DelaySeconds: ▸soon}"),
    "InvalidValue steps[0].serviceParams.DelaySeconds",
  ],
  ["a wait for many values", wait("duration: ▸'$.a[*]'"), "PathOutOfPlace steps[0].duration"],
  ["a wait for what is no path", wait("duration: ▸$inptu.a"), "InvalidValue steps[0].duration"],
  [
    "a root that is mistyped",
    pass("inputMappings: [{target: a, source: ▸$inptu.x}]"),
    "NearlyAPath steps[0].inputMappings[0].source",
  ],
  [
    "a root without its dollar",
    task(
      `${BODY}, timeoutSeconds: 1, pattern: ▸waitForCallback, inputMappings: [{target: a, source: ▸context.task.token}]`,
    ),
    "TokenNotMapped steps[0].pattern",
    "NearlyAPath steps[0].inputMappings[0].source",
  ],
  [
    "a path after a space",
    pass("inputMappings: [{target: a, source: ▸' $.x'}]"),
    "NearlyAPath steps[0].inputMappings[0].source",
  ],
  [
    "a path in a template",
    task("serviceParams: {MessageBody: ▸'${input.x}'}"),
    "NearlyAPath steps[0].serviceParams.MessageBody",
  ],
  [
    "paths inside a constant",
    pass("inputMappings: [{target: a, source: {b: ▸$.x, c: [▸$input.y, $, 1]}}]"),
    "PathInConstant steps[0].inputMappings[0].source.b",
    "PathInConstant steps[0].inputMappings[0].source.c[0]",
  ],
  [
    "a token that a pass does not have",
    pass("inputMappings: [{target: a, source: ▸$context.task.token}]"),
    "FindsNothing steps[0].inputMappings[0].source",
  ],
  [
    "a context that nobody has",
    pass("inputMappings: [{target: a, source: ▸$context.step.eventID}]"),
    "FindsNothing steps[0].inputMappings[0].source",
  ],
  [
    "an error that has no such part",
    task(`${BODY}, catch: [{errors: [E], goto: t}], errorMappings: [{target: a, source: ▸$local.message}]`),
    "FindsNothing steps[0].errorMappings[0].source",
  ],
  [
    "a result of a pass",
    pass("outputMappings: [{target: a, source: ▸$local.b}]"),
    "FindsNothing steps[0].outputMappings[0].source",
  ],
  [
    "error names that are nearly known",
    task(
      `${BODY}, retry: [{errors: [E, ▸FnF.TaskTimeot]}], catch: [{errors: [▸FnF.All, ▸MNS.QueueNotExists], goto: t}]`,
    ),
    "NearlyAnErrorName steps[0].retry[0].errors[1]",
    "NearlyAnErrorName steps[0].catch[0].errors[0]",
    "NearlyAnErrorName steps[0].catch[0].errors[1]",
  ],
  [
    "a task that nobody can report",
    `${HEAD}  - {type: task, name: t, resourceArn: "https://example.com/", pattern: ▸waitForCallback, timeoutSeconds: 1}\n`,
    "TokenGoesNowhere steps[0].pattern",
  ],
  [
    "a token that is mapped and not sent",
    task(
      "serviceParams: {MessageBody: $.b}, timeoutSeconds: 1, pattern: ▸waitForCallback, inputMappings: [{target: a, source: $context.task.token}]",
    ),
    "TokenNotMapped steps[0].pattern",
  ],
  [
    "more time for a task than its call may take",
    `${HEAD}  - {type: task, name: a, resourceArn: "https://x.example/", timeoutSeconds: ▸601}
  - {type: task, name: b, resourceArn: "acs:fc:::services/s/functions/f", pattern: sync, timeoutSeconds: ▸900}
  - {type: task, name: c, action: "ocr:Read", timeoutSeconds: ▸900}
  - {type: task, name: d, resourceArn: "https://x.example/", timeoutSeconds: 600}
  - {type: task, name: e, resourceArn: "acs:fnf:::flow/f", pattern: sync, timeoutSeconds: 900}
  - {type: task, name: f, resourceArn: "https://x.example/", pattern: waitForCallback, timeoutSeconds: 900, inputMappings: [{target: token, source: $context.task.token}]}
`,
    "CallEndsSooner steps[0].timeoutSeconds",
    "CallEndsSooner steps[1].timeoutSeconds",
    "CallEndsSooner steps[2].timeoutSeconds",
  ],
  [
    "a task without any time limit",
    `${HEAD}  - {type: task, name: ▸t, resourceArn: ${ARN}, ${BODY}, pattern: waitForCallback, inputMappings: [{target: a, source: $context.task}]}\n`,
    "NoTimeLimit steps[0].name",
  ],
  [
    "an alias without its anchor",
    pass("inputMappings: ▸*there").replace("name: p", "name: ▸1"),
    "InvalidValue steps[0].name",
    "YamlFeature ",
  ],
  [
    "an alias inside what it repeats",
    pass("outputMappings: &here [{target: a, source: ▸*here}]"),
    "YamlFeature ",
  ],
  [
    "features of YAML and other mistakes",
    `${HEAD}  - {type: ▸nap, name: p}\n  - {▸<<: 1, type: pass, name: q}\n▸extra: !secret ▸1\n`,
    "UnknownStepType steps[0].type",
    "YamlFeature ",
    "UnknownKey extra",
    "YamlFeature ",
  ],
  [
    "a bad key and a bad resource in one step",
    task("▸x: 1, pattern: ▸nothing", "▸acs:xx:::y"),
    "UnsupportedResource steps[0].resourceArn",
    "UnknownKey steps[0].x",
    "InvalidValue steps[0].pattern",
  ],
  [
    "a bad name beside everything else that can be wrong",
    `${HEAD}  - {type: task, name: ▸1st, resourceArn: ${ARN}, serviceParams: {▸Prio: 1, MessageBody: ▸$local}, retry: [{errors: [▸FnF.ALl], multiplier: ▸0}], catch: [{errors: [E], goto: ▸z}], inputMappings: [{target: a, source: ▸$inptu.b}, {target: ▸$, source: ▸$.b}]}\n`,
    "InvalidValue steps[0].name",
    "UnknownKey steps[0].serviceParams.Prio",
    "PathOutOfPlace steps[0].serviceParams.MessageBody",
    "NearlyAnErrorName steps[0].retry[0].errors[0]",
    "InvalidValue steps[0].retry[0].multiplier",
    "UnknownGotoTarget steps[0].catch[0].goto",
    "NearlyAPath steps[0].inputMappings[0].source",
    "InvalidValue steps[0].inputMappings[1].target",
    "BarePath steps[0].inputMappings[1].source",
  ],
  [
    "heartbeats of nobody",
    `${HEAD}  - {type: task, name: t, resourceArn: "acs:fnf:::flow/f", heartbeatSeconds: ▸5}\n`,
    "InvalidValue steps[0].heartbeatSeconds",
  ],
];

function pass(more: string): string {
  return `${HEAD}  - {type: pass, name: p, ${more}}\n`;
}

function wait(more: string): string {
  return `${HEAD}  - {type: wait, name: w, ${more}}\n`;
}

function choice(more: string): string {
  return `${HEAD}  - {type: choice, name: c, ${more}}\n`;
}

function task(more: string, arn = ARN): string {
  return `${HEAD}  - {type: task, name: t, resourceArn: ${arn}, ${more}}\n`;
}

export function http(params: string): string {
  return task(`serviceParams: {${params}}`, "https://api.example/");
}

function foreach(more: string): string {
  return `${HEAD}  - {type: foreach, ${more}, steps: [{type: pass, name: p}]}\n`;
}
