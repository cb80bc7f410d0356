import { type Report, reportTasks } from "../../../service/reports.ts";
import { type Action, type ActionRequest, action } from "../action.ts";
import { errorOf } from "../errors.ts";
import { cause, error, json, text } from "../fields.ts";

async function report({ env, masters }: ActionRequest<unknown>, told: Report) {
  const [verdict] = await reportTasks(env, masters, [told]);
  if (!verdict) throw new Error("Broken invariant: each report has a verdict");
  if (!verdict.ok) throw errorOf(verdict);
  return { EventId: verdict.eventId };
}

export const taskActions: readonly Action[] = [
  action({
    name: "ReportTaskSucceeded",
    does: "Reports that a task is done",
    needs: "report",
    replay: "harmless",
    parameters: { TaskToken: text, Output: json },
    handle: (request) => {
      const { TaskToken: token, Output: output } = request.parameters;
      return report(request, { token, output });
    },
  }),
  action({
    name: "ReportTaskFailed",
    does: "Reports that a task failed",
    needs: "report",
    replay: "harmless",
    parameters: { TaskToken: text, Error: error, Cause: cause.default("") },
    handle: (request) => {
      const { TaskToken: token, Error: code, Cause } = request.parameters;
      return report(request, { token, error: code, cause: Cause });
    },
  }),
];
