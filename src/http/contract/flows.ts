import * as z from "zod";
import { DIAGNOSTICS, type DiagnosticCode } from "../../core/fdl/diagnostic.ts";
import { EXECUTION_RETENTION_DAYS_MAX } from "../../core/limits.ts";
import {
  description,
  flowName,
  instant,
  mergePatch,
  name,
  leftOut,
  nextCursor,
  pageBy,
  queryFlag,
  queryNumber,
} from "./common.ts";
import { parked } from "./parked.ts";
import { flowPause } from "./pauses.ts";

export const flowParams = z.strictObject({ flow: flowName });
const definition = z.string().describe("A flow in FDL, as YAML or JSON");
const retentionDays = z
  .int()
  .min(1)
  .max(EXECUTION_RETENTION_DAYS_MAX)
  .describe("For how many days executions are kept after their end");
export const putFlowBody = z.strictObject({
  definition,
  description: description.optional(),
  retentionDays: retentionDays.optional(),
});
export const putFlowQuery = z.strictObject({
  ifVersion: queryNumber(0, Number.MAX_SAFE_INTEGER)
    .optional()
    .describe("Stores it only while this is the newest version; 0: while there is no such flow"),
});
export const patchFlowBody = mergePatch({ description, retentionDays });
export const validateBody = z.strictObject({ definition });
const graphFlag = queryFlag.describe("`true`: the answer has the definition's `graph`, too");
export const versionQuery = z.strictObject({
  version: queryNumber(1, Number.MAX_SAFE_INTEGER).optional().describe("The newest by default"),
  graph: graphFlag,
});
export const validateQuery = z.strictObject({ graph: graphFlag });

const graphStep = z
  .strictObject({
    name: z.string(),
    type: z.enum(["task", "wait", "choice", "parallel", "foreach", "pass", "succeed", "fail"]),
    label: z.string().optional().describe("What it calls, waits for, goes through or fails with"),
    queue: z.string().optional().describe("Of a task that goes through one"),
    next: z
      .string()
      .optional()
      .describe("The step that follows; absent: the list ends here, or is left by jumps alone"),
    catch: z.array(z.strictObject({ errors: z.array(z.string()), goto: z.string() })).optional(),
    options: z
      .array(
        z.strictObject({
          condition: z.string().optional().describe("Absent: all else"),
          list: z.string().optional().describe("Path of the list that it runs"),
          goto: z.string().optional(),
        }),
      )
      .optional()
      .describe("Of a choice, in the order in which they are tried"),
    lists: z.array(z.string()).optional().describe("Paths of the lists inside"),
    concurrency: z.int().optional().describe("Of a foreach: how many iterations may run at once"),
    tolerance: z
      .strictObject({ count: z.int().optional(), percentage: z.number().optional() })
      .optional()
      .describe("Of a foreach: how many items may fail, if any"),
    retries: z.int().optional().describe("How often its failures are retried, at the most"),
  })
  .meta({ id: "GraphStep" });
export const flowGraph = z
  .strictObject({
    lists: z.array(
      z.strictObject({
        path: z
          .string()
          .describe(
            "Empty: the flow's own list; `each[]`: of a foreach; `both[0]`: a branch; `pick[1]`: an option",
          ),
        steps: z.array(graphStep),
      }),
    ),
  })
  .meta({ id: "FlowGraph", description: "A definition for whoever draws it" });

const severity = z.enum(["error", "warning", "info"]);
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys forget their type
const diagnosticCodes = Object.keys(DIAGNOSTICS) as DiagnosticCode[];
export const diagnostic = z
  .strictObject({
    code: z.enum(diagnosticCodes),
    severity,
    message: z.string(),
    path: z.string().describe("Such as `steps[0].retry[1].errors`"),
    line: z.int().min(1),
    column: z.int().min(1),
    suggestion: z
      .string()
      .optional()
      .describe("What was probably meant, in place of the key or text that begins there"),
  })
  .meta({ id: "Diagnostic" });
export const flowAnswer = z
  .strictObject({
    name,
    version: z.int(),
    description: description.optional(),
    createdAt: instant,
    updatedAt: instant,
    retentionDays,
    paused: flowPause.optional().describe("Nothing of it starts: by whose order, and why"),
  })
  .meta({ id: "Flow" });
const heldCount = z.int().min(0).describe("Starts that wait for it to be resumed");
export const flowPauseAnswer = flowAnswer.extend({ held: heldCount }).meta({ id: "PausedFlow" });
export const versionsQuery = z.strictObject(pageBy(/^[1-9][0-9]{0,9}$/));
export const versionsAnswer = z
  .strictObject({
    items: z.array(
      z.strictObject({
        version: z.int().min(1),
        description: description.optional(),
        createdAt: instant,
      }),
    ),
    cursor: nextCursor,
  })
  .meta({ id: "VersionPage" });
export const flowsAnswer = z
  .strictObject({ items: z.array(flowAnswer), cursor: nextCursor, leftOut })
  .meta({ id: "FlowPage" });
export const putFlowAnswer = flowAnswer
  .extend({ diagnostics: z.array(diagnostic) })
  .meta({ id: "StoredFlow" });
export const flowWithDefinition = flowAnswer
  .extend({
    definition: z.string(),
    graph: flowGraph.optional(),
    refusals: z
      .array(diagnostic)
      .optional()
      .describe("Why the definition, which runs on as it is, could not be stored now"),
    held: heldCount.optional(),
    parked,
  })
  .meta({ id: "FlowWithDefinition" });
export const validateAnswer = z
  .strictObject({
    valid: z.boolean(),
    diagnostics: z.array(diagnostic),
    graph: flowGraph.optional().describe("Of a definition that is valid"),
  })
  .meta({ id: "Validation" });
