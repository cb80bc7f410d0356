/** The mappings that a definition is made of. */
export type FdlGroup =
  | "flow"
  | "task"
  | "pass"
  | "wait"
  | "choice"
  | "parallel"
  | "foreach"
  | "succeed"
  | "fail"
  | "mapping"
  | "retry"
  | "catch"
  | "option"
  | "otherwise"
  | "branch"
  | "iteration"
  | "tolerance";

/** What stands under a key. */
export interface FdlKey {
  /** The mapping that it holds; `step`: one by its type. */
  readonly group?: FdlGroup | "step";
  /** It holds a list of these. */
  readonly isList?: true;
  readonly values?: readonly string[];
  /** It holds keys that nobody knows beforehand. */
  readonly isFree?: true;
}

export const STEP_TYPES = [
  "task",
  "pass",
  "wait",
  "choice",
  "parallel",
  "foreach",
  "succeed",
  "fail",
] as const;

const TEXT: FdlKey = {};
const MAPPINGS: FdlKey = { group: "mapping", isList: true };
const STEPS: FdlKey = { group: "step", isList: true };
const FLAG: FdlKey = { values: ["true", "false"] };
const STEP = {
  type: { values: STEP_TYPES },
  name: TEXT,
  inputMappings: MAPPINGS,
  outputMappings: MAPPINGS,
} as const satisfies Readonly<Record<string, FdlKey>>;
const HANDLING = {
  retry: { group: "retry", isList: true },
  catch: { group: "catch", isList: true },
  errorMappings: MAPPINGS,
} as const satisfies Readonly<Record<string, FdlKey>>;

/** The keys of a definition: those of its schema, which a test compares. */
export const FDL_KEYS = {
  flow: {
    version: { values: ["v1", "v1beta1"] },
    type: { values: ["flow"] },
    name: TEXT,
    timeoutSeconds: TEXT,
    inputMappings: MAPPINGS,
    outputMappings: MAPPINGS,
    steps: STEPS,
  },
  task: {
    ...STEP,
    resourceArn: TEXT,
    action: TEXT,
    pattern: { values: ["requestResponse", "sync", "waitForCallback"] },
    serviceParams: { isFree: true },
    timeoutSeconds: TEXT,
    heartbeatSeconds: TEXT,
    ...HANDLING,
    end: FLAG,
  },
  pass: { ...STEP, end: FLAG },
  wait: { ...STEP, duration: TEXT, timestamp: TEXT, end: FLAG },
  choice: {
    ...STEP,
    choices: { group: "option", isList: true },
    default: { group: "otherwise" },
    ...HANDLING,
    end: FLAG,
  },
  parallel: { ...STEP, branches: { group: "branch", isList: true }, ...HANDLING, end: FLAG },
  foreach: {
    ...STEP,
    iterationMapping: { group: "iteration" },
    concurrency: TEXT,
    tolerance: { group: "tolerance" },
    steps: STEPS,
    ...HANDLING,
    end: FLAG,
  },
  succeed: STEP,
  fail: { ...STEP, error: TEXT, cause: TEXT },
  mapping: { target: TEXT, source: TEXT },
  retry: {
    errors: TEXT,
    intervalSeconds: TEXT,
    maxIntervalSeconds: TEXT,
    maxAttempts: TEXT,
    multiplier: TEXT,
    jitter: TEXT,
  },
  catch: { errors: TEXT, goto: TEXT },
  option: { condition: TEXT, goto: TEXT, steps: STEPS },
  otherwise: { goto: TEXT, steps: STEPS },
  branch: { steps: STEPS },
  iteration: { collection: TEXT, item: TEXT, index: TEXT },
  tolerance: { count: TEXT, percentage: TEXT },
} as const satisfies Readonly<Record<FdlGroup, Readonly<Record<string, FdlKey>>>>;

/** The mapping at the end of a way of keys and positions; undefined where nobody knows what stands there. */
export function groupAt(
  keys: readonly (string | number)[],
  stepType: string | undefined,
): FdlGroup | undefined {
  let group: FdlGroup | "step" | undefined = "flow";
  for (const [at, key] of keys.entries()) {
    if (typeof key === "number") continue;
    // Of the steps on the way only their inner lists matter, which no two types call the same.
    const known: FdlKey | undefined = group === "step" ? keyOfAnyStep(key) : group && keyOf(group, key);
    if (!known || (known.isList && typeof keys[at + 1] !== "number")) return undefined;
    group = known.group;
  }
  if (group !== "step") return group;
  return STEP_TYPES.find((type) => type === stepType);
}

export function keyOf(group: FdlGroup, key: string): FdlKey | undefined {
  const keys: Readonly<Record<string, FdlKey>> = FDL_KEYS[group];
  return Object.hasOwn(keys, key) ? keys[key] : undefined;
}

function keyOfAnyStep(key: string): FdlKey | undefined {
  return STEP_TYPES.map((type) => keyOf(type, key)).find((found) => found !== undefined);
}
