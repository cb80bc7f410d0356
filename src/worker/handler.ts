/** Does tasks by calling a function. */
import { failure, outputOf } from "./endings.ts";
import { readJson, toJson } from "./json.ts";
import { CAUSE_LENGTH, PROGRESS_BYTES, TAIL_OF_BEAT_BYTES, TRACE_LINES } from "./limits.ts";
import type { Mask } from "./log.ts";
import { Tail } from "./tail.ts";
import { type Doer, type Job, type Result, stopReason } from "./task.ts";
import type { Handler, Task } from "./worker.d.ts";

/** Fails a task by a name that a flow's `retry` and `catch` know. */
export class Failure extends Error {
  constructor(name: string, cause = "") {
    super(cause);
    this.name = name;
  }
}

export class HandlerDoer<Input, Output extends object | void> implements Doer {
  private readonly handler: Handler<Input, Output>;
  private readonly mask: Mask;

  constructor(handler: Handler<Input, Output>, mask: Mask) {
    this.handler = handler;
    this.mask = mask;
  }

  async do(job: Job): Promise<Result> {
    const tail = new Tail();
    let told: unknown;
    job.progress = () => {
      const newest = told;
      told = undefined;
      return newest;
    };
    let hasNews = false;
    job.log = () => {
      const newest = hasNews ? this.mask.text(tail.text(TAIL_OF_BEAT_BYTES)) : undefined;
      hasNews = false;
      return newest;
    };
    const tools = {
      signal: job.signal,
      progress: (value: unknown) => {
        const isSmall = Buffer.byteLength(toJson(value)) <= PROGRESS_BYTES;
        told = isSmall ? value : { text: "too large to be shown" };
      },
      log: (line: string) => {
        tail.add(Buffer.from(`${line}\n`));
        hasNews = true;
      },
    };
    const result = await this.call(job, tools);
    const log = this.mask.text(tail.text());
    const hasLog = log !== "" && (result.kind === "success" || result.kind === "failure");
    return hasLog ? { ...result, log } : result;
  }

  private async call(job: Job, tools: Parameters<Handler<Input, Output>>[1]): Promise<Result> {
    let result: Result;
    try {
      const output = await this.handler(toTask<Input>(job), tools);
      result = outputOf(toJson(output ?? {}), "the handler's answer");
    } catch (error) {
      result = failureOf(error);
    }
    const stop = stopReason(job.signal);
    if (stop === "over" || stop === "attemptOver") return { kind: "silence" };
    // It could not be done to its end; another worker may.
    return stop === "shutdown" && result.kind === "failure" ? { kind: "giveBack", delaySeconds: 0 } : result;
  }
}

function failureOf(error: unknown): Result {
  if (!(error instanceof Error)) return failure("Error", String(error));
  if (error instanceof Failure) return failure(error.name, error.message);
  const trace = (error.stack ?? "").split("\n").slice(0, TRACE_LINES).join("\n");
  return failure(error.name, `${error.message}\n${trace}`.slice(0, CAUSE_LENGTH));
}

function toTask<Input>({ queue, message, task, receivedAt }: Job): Task<Input> {
  const { flow, execution, step, attempt, remainingSeconds } = task ?? {};
  return {
    queue,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- whoever asks for a shape knows the flow
    input: readJson(message.body) as Input,
    body: message.body,
    ...(flow !== undefined && { flow }),
    ...(execution !== undefined && { execution }),
    ...(step !== undefined && { step }),
    ...(attempt !== undefined && { attempt }),
    delivery: message.dequeueCount,
    get remaining() {
      if (remainingSeconds === undefined) return undefined;
      return Math.max(remainingSeconds - (performance.now() - receivedAt) / 1000, 0);
    },
  };
}
