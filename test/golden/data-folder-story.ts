import * as z from "zod";
import { flowOf, taskStep } from "../support/flows.ts";

interface Place {
  readonly url: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

const taken = z.object({ messages: z.array(z.object({ body: z.string(), receipt: z.string() })) });
const task = z.object({ token: z.string() });

/** Kept for ten years: whoever opens the folder then must find it. */
const RETENTION_DAYS = 3650;

export const EXECUTIONS = "/v1/flows/kept/executions";

/** What a data folder has that is kept of a release: an execution that has ended, one that waits, and a schedule at rest. */
export async function tellDataFolder({ url, accessKeyId, accessKeySecret }: Place): Promise<void> {
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${accessKeyId}.${accessKeySecret}`,
        "content-type": "application/json",
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    const text = await response.text();
    return text === "" ? undefined : (JSON.parse(text) as unknown);
  };
  const inputs = "inputMappings: [{target: token, source: $context.task.token}]";
  const outputs = "outputMappings: [{target: said, source: $local.said}]";
  const definition = flowOf(taskStep("ask", `${inputs}, ${outputs}`));
  await call("PUT", "/v1/queues/work", {});
  await call("PUT", "/v1/flows/kept", { definition, retentionDays: RETENTION_DAYS });
  await call("PUT", "/v1/flows/kept/schedules/nightly", { cron: "30 2 * * *", enabled: false });
  await call("POST", EXECUTIONS, { name: "ended", input: {} });
  const { messages } = taken.parse(await call("POST", "/v1/queues/work/work", { waitSeconds: 20 }));
  const reports = messages.map(({ body, receipt }) => {
    const { token } = task.parse(JSON.parse(body));
    return { token, receipt, output: { said: "then" } };
  });
  await call("POST", "/v1/queues/work/work", { reports, waitSeconds: 0 });
  await call("GET", `${EXECUTIONS}/ended?wait=30`);
  await call("POST", EXECUTIONS, { name: "waiting", input: {} });
}
