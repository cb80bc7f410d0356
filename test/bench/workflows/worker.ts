import { WorkflowEntrypoint, type WorkflowEvent, type WorkflowStep } from "cloudflare:workers";

interface Env {
  readonly FAN_OUT: Workflow<FanOutParams>;
  readonly SERIAL: Workflow<SerialParams>;
}

interface SerialParams {
  readonly n: number;
  /** Called at the end: there is no other way to wait for it. */
  readonly done: string;
}

interface FanOutParams extends SerialParams {
  /** Where the worker takes tasks. */
  readonly inbox: string;
  /** Address of this Worker. */
  readonly base: string;
}

/** Tasks that one request brings to the worker. */
const HAND_OUT = 100;

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  await response.text();
  if (!response.ok) throw new Error(`POST ${url}: ${response.status}`);
}

/** The cheapest form for this peer: one step hands out all tasks, then each is waited for. */
export class FanOut extends WorkflowEntrypoint<Env, FanOutParams> {
  override async run(event: Readonly<WorkflowEvent<FanOutParams>>, step: WorkflowStep) {
    const { n, inbox, base, done } = event.payload;
    const task = (i: number) => ({ i, url: `${base}/callback/${event.instanceId}/${i}` });
    await step.do("hand out", async () => {
      for (let from = 0; from < n; from += HAND_OUT) {
        const size = Math.min(HAND_OUT, n - from);
        await post(
          inbox,
          Array.from({ length: size }, (_, index) => task(from + index)),
        );
      }
    });
    const outputs = await Promise.all(
      Array.from({ length: n }, async (_, i) => {
        const { payload } = await step.waitForEvent<object>(`task ${i}`, {
          type: `t${i}`,
          timeout: "1 hour",
        });
        return payload;
      }),
    );
    await post(done, {});
    return outputs;
  }
}

export class Serial extends WorkflowEntrypoint<Env, SerialParams> {
  override async run(event: Readonly<WorkflowEvent<SerialParams>>, step: WorkflowStep) {
    let count = 0;
    for (let index = 0; index < event.payload.n; index++)
      count = await step.do(`step ${index}`, async () => count + 1);
    await post(event.payload.done, {});
    return count;
  }
}

export default {
  async fetch(request, env) {
    const [, action = "", first = "", second = ""] = new URL(request.url).pathname.split("/");
    if (action === "callback") {
      const instance = await env.FAN_OUT.get(first);
      await instance.sendEvent({ type: `t${second}`, payload: await request.json() });
      return new Response("{}");
    }
    const workflow = first === "serial" ? env.SERIAL : env.FAN_OUT;
    if (action === "start") {
      const { id } = await workflow.create({ id: second, params: await request.json() });
      return Response.json({ id });
    }
    if (action === "status") return Response.json(await (await workflow.get(second)).status());
    return new Response("ok");
  },
} satisfies ExportedHandler<Env>;
